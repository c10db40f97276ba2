"""Writes what tools/gpu-check found: JSON, CSV, a table in Markdown and bars in SVG."""

import csv
import json

COLUMNS = ["stage", "name", "precision", "size", "value", "unit"]
PYTORCH = "cudnn device"
MARK = "EMULATED: kernels ran on the CPU; these figures say nothing about any GPU"


def write(folder, stem, header, checks, figures, refusals):
    """header: dict; checks: [{stage, result, detail}]; figures: [{COLUMNS}]; refusals: what cuDNN does not run, [{algorithm,
    name, precision, why}]. Returns the files."""
    files = [folder / f"{stem}.{kind}" for kind in ("json", "csv", "md", "svg")]
    report = dict(header, checks=checks, figures=figures, refused_by_cudnn=refusals)
    files[0].write_text(json.dumps(report, indent=1) + "\n")
    with files[1].open("w", newline="") as out:
        for key, value in header.items():
            out.write(f"# {key}: {value}\n")
        table = csv.DictWriter(out, COLUMNS)
        table.writeheader()
        table.writerows(figures)
    files[2].write_text(markdown(header, checks, figures))
    files[3].write_text(svg(header, figures))
    return files


def markdown(header, checks, figures):
    lines = ["# GPU check", ""]
    if header["emulated"]:
        lines += [f"**{MARK}.**", ""]
    lines += [f"- {key}: {value}" for key, value in header.items()]
    lines += ["", "| check | result | |", "|---|---|---|"]
    lines += [f"| {c['stage']} | {c['result']} | {c['detail']} |" for c in checks]
    lines += ["", "| stage | name | precision | size | value | unit |", "|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(str(f[column]) for column in COLUMNS) + " |" for f in figures]
    ratios = list(compared(figures))
    if ratios:
        lines += ["", "Times on the device in us; directly: the best algorithm of those that ran; why others did not: the JSON.", "",
                  "| problem | precision | rnn4j | cuDNN by PyTorch | cuDNN directly | algorithm | STANDARD |"
                  " rnn4j / STANDARD | rnn4j / best |",
                  "|---|---|---|---|---|---|---|---|---|"]
        lines += [row_of(*ratio) for ratio in ratios]
    return "\n".join(lines) + "\n"


def row_of(name, precision, ours, theirs):
    best = min(theirs.values())
    direct = {stage: us for stage, us in theirs.items() if stage != PYTORCH}
    algorithm = min(direct, key=direct.get) if direct else None
    standard = theirs.get("cudnn STANDARD")
    cells = [name, precision, f"{ours:.1f}", told(theirs.get(PYTORCH)), told(direct.get(algorithm)),
             algorithm.removeprefix("cudnn ") if algorithm else "-", told(standard),
             f"{ours / standard:.2f}" if standard else "-", f"{ours / best:.2f}"]
    return "| " + " | ".join(cells) + " |"


def told(us):
    return "-" if us is None else f"{us:.1f}"


def compared(figures):
    """(problem, precision, our us, {stage: their us}) where ours and one of theirs were measured on the device."""
    theirs = {}
    for f in figures:
        if f["stage"].startswith("cudnn ") and f["stage"] != "cudnn host":
            theirs.setdefault((f["name"], f["precision"]), {})[f["stage"]] = f["value"]
    for f in figures:
        key = (f["name"], f["precision"])
        if f["stage"] == "p0 device" and key in theirs:
            yield *key, f["value"], theirs[key]


def svg(header, figures):
    rows = [(name, precision, ours, min(theirs.values())) for name, precision, ours, theirs in compared(figures)]
    width, line = 900, 22
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{line * (2 * len(rows) + 3)}"'
             ' font-family="sans-serif" font-size="12">',
             '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="8" y="16">{MARK if header["emulated"] else header["gpu"]}: us on the device,'
             ' rnn4j (blue), the best of cuDNN (grey)</text>']
    longest = max((max(ours, theirs) for _, _, ours, theirs in rows), default=1)
    for k, (name, precision, ours, theirs) in enumerate(rows):
        for half, (value, colour) in enumerate(((ours, "#2b6cb0"), (theirs, "#a0a0a0"))):
            y = line * (2 * k + 2) + half * line * 0.8
            label = f"{name} {precision}" if half == 0 else ""
            parts.append(f'<text x="8" y="{y + 10:.0f}">{label}</text>'
                         f'<rect x="270" y="{y:.0f}" width="{540 * value / longest:.1f}" height="14" fill="{colour}"/>'
                         f'<text x="{275 + 540 * value / longest:.1f}" y="{y + 11:.0f}">{value:.1f}</text>')
    return "\n".join(parts + ["</svg>"]) + "\n"
