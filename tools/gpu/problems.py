"""The problems that are measured: sections of problems.txt."""

import pathlib

LIST = pathlib.Path(__file__).resolve().parents[2] / "problems.txt"


def section(name):
    """The problems of a section, as they are written."""
    found, inside = [], False
    for line in LIST.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            inside = line == f"[{name}]"
        elif inside and line:
            found.append(line.split("=")[-1].strip())
    if not found:
        raise ValueError(f"{LIST} has no section [{name}]")
    return found


def parse(text):
    """{'cell', 'l', 'd', 'b', 't', 'i', 'h'} of a problem in f32 whose layers are alike."""
    words = text.split()
    sizes = {"cell": words[0], "l": 1, "d": 1, "b": 1, "t": 1}
    sizes.update({word[0]: int(word[1:]) for word in words[1:]})
    sizes.setdefault("i", sizes["h"])
    return sizes
