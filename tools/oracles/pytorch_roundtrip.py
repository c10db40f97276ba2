#!/usr/bin/env python3
"""Writes random PyTorch models as golden folders, for rnn4j to be compared with. Run by hand:

    python3 -m venv VENV && VENV/bin/pip install torch numpy safetensors
    VENV/bin/python tools/oracles/pytorch_roundtrip.py --out OUT --count 240 --seed 1
    mvn -pl java/rnn4j-formats -am test -Dtest=GoldenModelTest \
        -Dsurefire.failIfNoSpecifiedTests=false -Drnn4j.models=OUT

Each model is written twice, as safetensors and with torch.save. Inputs and outputs are recorded by
PyTorch in float32 on the CPU; weights stored in 16 bits are rounded before. OUT is made anew.
"""

import argparse
import json
import pathlib
import random
import shutil
import sys
from collections import Counter, OrderedDict

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

KINDS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
CELLS = {"rnn": "basic_rnn", "lstm": "lstm", "gru": "gru_reset_after"}
TOLERANCE = {"abs": 1e-6, "rel": 1e-6}


class Net(nn.Module):
    """Embedding (maybe), recurrent layers, linear layer (maybe)."""

    def __init__(self, c):
        super().__init__()
        options = dict(
            num_layers=c["layers"],
            bias=c["bias"],
            batch_first=c["batch_first"],
            bidirectional=c["bidirectional"],
        )
        if c["kind"] == "rnn":
            options["nonlinearity"] = c["nonlinearity"]
        if c["proj"]:
            options["proj_size"] = c["proj"]
        if c["rows"]:
            self.emb = nn.Embedding(c["rows"], c["inputs"])
        self.rnn = KINDS[c["kind"]](c["inputs"], c["units"], **options)
        if c["head"]:
            width = (c["proj"] or c["units"]) * (2 if c["bidirectional"] else 1)
            self.fc = nn.Linear(width, c["out"], bias=c["head_bias"])


def choose(r):
    kind = r.choice(list(KINDS))
    units = r.randint(2, 24)
    head = r.choice([None, None, "last_step", "all_steps", "final_state"])
    lengths = r.random() < 0.35
    return {
        "kind": kind,
        "units": units,
        "proj": r.randint(1, units - 1) if kind == "lstm" and r.random() < 0.3 else 0,
        "layers": r.choice([1, 1, 2, 3]),
        "bidirectional": r.random() < 0.4,
        "bias": r.random() < 0.8,
        "batch_first": r.random() < 0.7,
        "nonlinearity": r.choice(["tanh", "relu"]),
        "inputs": r.randint(1, 16),
        "rows": r.randint(3, 30) if r.random() < 0.3 else 0,
        "head": head,
        "head_bias": r.random() < 0.8,
        "out": r.randint(1, 7),
        "batch": r.randint(1, 5),
        "steps": r.randint(1, 12),
        "lengths": lengths,
        "state": r.random() < 0.4,
        "stored": r.choice(["float32", "float32", "float32", "float16", "bfloat16", "float64"]),
        "parallel": r.random() < 0.2,
        "root": r.random() < 0.25,
        "layout": r.choice(["plain", "plain", "strided", "shared", "parameters"]),
        "protocol": r.choice([2, 2, 2, 4]),
    }


def spec(c, root):
    bare = not c["rows"] and not c["head"]
    layer = {"cell": CELLS[c["kind"]], "units": c["units"], "scope": "" if bare else "rnn"}
    if c["kind"] == "rnn":
        layer["activation"] = c["nonlinearity"]
    if c["proj"]:
        layer["proj"] = c["proj"]
    if c["layers"] > 1:
        layer["num_layers"] = c["layers"]
    if c["bidirectional"]:
        layer["bidirectional"] = True
    if not c["bias"]:
        layer["bias"] = False
    result = {"framework": "pytorch", "layers": [layer]}
    if c["rows"]:
        result["embedding"] = {"scope": "emb", "rows": c["rows"], "width": c["inputs"]}
    if c["head"]:
        result["head"] = {"scope": "fc", "units": c["out"], "input": c["head"]}
    if root:
        result["root"] = root
    return result


def state_dict(net, c):
    """The weights as they are stored; the net gets the rounded ones."""
    bare = not c["rows"] and not c["head"]
    dtype = getattr(torch, c["stored"])
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(p.to(dtype).float())
    weights = (net.rnn if bare else net).state_dict()
    prefix = "module." if c["parallel"] else ""
    return OrderedDict((prefix + k, v.detach().clone().to(dtype)) for k, v in weights.items())


def relaid(weights, layout):
    """The same numbers in other storages."""
    if layout == "strided":
        return OrderedDict(
            (k, v.t().contiguous().t() if v.dim() == 2 else v) for k, v in weights.items()
        )
    if layout == "shared":
        flat = torch.cat([v.reshape(-1) for v in weights.values()])
        at, result = 0, OrderedDict()
        for k, v in weights.items():
            result[k] = flat[at : at + v.numel()].view(v.shape)
            at += v.numel()
        return result
    if layout == "parameters":
        return OrderedDict((k, nn.Parameter(v)) for k, v in weights.items())
    return weights


def run(net, c, r):
    """What goes in and what comes out, as arrays; sequences batch-first."""
    b, t = c["batch"], c["steps"]
    arrays = {}
    if c["rows"]:
        x = torch.randint(0, c["rows"], (b, t))
        features = net.emb(x)
    else:
        x = features = torch.randn(b, t, c["inputs"])
    lengths = None
    if c["lengths"]:
        lengths = torch.tensor([r.randint(1, t) for _ in range(b)])
        arrays["lengths"] = lengths.numpy().astype(np.int32)
    width = c["proj"] or c["units"]
    slots = c["layers"] * (2 if c["bidirectional"] else 1)
    start = None
    if c["state"]:
        start = [torch.randn(slots, b, width)]
        if c["kind"] == "lstm":
            start.append(torch.randn(slots, b, c["units"]))
        arrays["start"] = [s.numpy() for s in start]
        start = tuple(start) if c["kind"] == "lstm" else start[0]
    given = features if c["batch_first"] else features.transpose(0, 1)
    if lengths is not None:
        given = pack_padded_sequence(
            given, lengths, batch_first=c["batch_first"], enforce_sorted=False
        )
    out, final = net.rnn(given, start)
    if lengths is not None:
        out, _ = pad_packed_sequence(out, batch_first=c["batch_first"], total_length=t)
    if not c["batch_first"]:
        out = out.transpose(0, 1)
    final = list(final) if c["kind"] == "lstm" else [final]
    result = out
    if c["head"]:
        h = final[0]
        seen = {
            "last_step": lambda: out[:, -1],
            "all_steps": lambda: out,
            "final_state": lambda: torch.cat([h[-2], h[-1]], 1) if c["bidirectional"] else h[-1],
        }[c["head"]]()
        result = net.fc(seen)
        arrays["rnn_outputs"] = out.numpy()
    x = x.numpy().astype(np.int32 if c["rows"] else np.float32)
    if lengths is not None and not c["rows"] and r.random() < 0.5:
        for row, length in enumerate(arrays["lengths"]):
            x[row, length:] = np.nan
    arrays["x"] = x
    arrays["outputs"] = result.numpy()
    arrays["final"] = [f.numpy() for f in final]
    ends = lengths if lengths is not None else torch.full((b,), t)
    arrays["last"] = out[torch.arange(b), ends - 1].numpy()
    return arrays


def write(folder, suite, c, arrays, model_file, form, root):
    def save(name, array, sequence=False):
        if sequence and not c["batch_first"] and array.ndim > 1:
            array = np.swapaxes(array, 0, 1)
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array))
        return f"{name}.npy"

    def states(name, values):
        return [
            {k: save(f"{name}_{k}{slot}", v[slot]) for k, v in zip("hc", values)}
            for slot in range(len(values[0]))
        ]

    inputs = {"x": save("x", arrays["x"], True)}
    if "lengths" in arrays:
        inputs["lengths"] = save("lengths", arrays["lengths"])
    if "start" in arrays:
        inputs["initial_state"] = states("in", arrays["start"])
    whole = c["head"] in (None, "all_steps")
    expected = {
        "outputs": save("outputs", arrays["outputs"], whole),
        "last": save("last", arrays["last"]),
        "final_state": states("final", arrays["final"]),
    }
    if "rnn_outputs" in arrays:
        expected["rnn_outputs"] = save("rnn_outputs", arrays["rnn_outputs"], True)
    golden = {
        "schema": "rnn-golden/1",
        "id": f"{suite}/{folder.name}",
        "format": form,
        "model": model_file,
        "writer": f"torch {torch.__version__}",
        "spec": spec(c, root),
        "note": json.dumps({k: v for k, v in c.items() if v not in (None, False, 0)}),
        "cases": [
            {
                "name": "c0",
                "inputs": inputs,
                "options": {} if c["batch_first"] else {"time_major": True},
                "expected": expected,
                "tolerance": TOLERANCE,
            }
        ],
    }
    if whole and not c["bidirectional"] and "lengths" not in arrays:
        golden["streaming"] = True
    (folder / "golden.json").write_text(json.dumps(golden, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    suite = "pytorch_random"
    if args.out.exists() and any(p.name != suite for p in args.out.iterdir()):
        sys.exit(f"{args.out} holds other things than {suite}; name a folder of its own")
    shutil.rmtree(args.out / suite, ignore_errors=True)
    torch.manual_seed(args.seed)
    r = random.Random(args.seed)
    seen = Counter()
    for k in range(args.count):
        c = choose(r)
        net = Net(c).eval()
        weights = state_dict(net, c)
        with torch.no_grad():
            arrays = run(net, c, r)
        name = f"{k:04d}_{c['kind']}"
        folder = args.out / suite / f"{name}_st"
        folder.mkdir(parents=True)
        safetensors.torch.save_file(
            {n: v.contiguous() for n, v in weights.items()}, str(folder / "model.safetensors")
        )
        write(folder, suite, c, arrays, "model.safetensors", "pytorch-safetensors", None)
        folder = args.out / suite / f"{name}_pt"
        folder.mkdir()
        saved = relaid(weights, c["layout"])
        root = "state_dict" if c["root"] else None
        if root:
            optimizer = torch.optim.Adam(net.parameters()).state_dict()
            saved = {"epoch": k, "optimizer": optimizer, root: saved, "args": {"lr": 1e-3, "t": (1,)}}
        torch.save(saved, folder / "model.pt", pickle_protocol=c["protocol"])
        write(folder, suite, c, arrays, "model.pt", "pytorch-pt", root)
        seen.update(f"{key}={value}" for key, value in c.items() if isinstance(value, (str, bool)))
    print(f"seed {args.seed}: {args.count} models, {2 * args.count} golden folders in {args.out}")
    print(f"python {sys.version.split()[0]}, torch {torch.__version__}, numpy {np.__version__},"
          f" safetensors {safetensors.__version__}")
    print(", ".join(f"{key}: {n}" for key, n in sorted(seen.items())))


if __name__ == "__main__":
    main()
