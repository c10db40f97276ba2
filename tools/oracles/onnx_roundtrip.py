#!/usr/bin/env python3
"""Writes random ONNX models as golden folders, for rnn4j to be compared with. Run by hand:

    python3 -m venv VENV && VENV/bin/pip install onnx onnxruntime numpy torch onnxscript
    VENV/bin/python tools/oracles/onnx_roundtrip.py --out OUT --count 400 --seed 1
    ./rnn4j verify --strict OUT

Half of the models are built with onnx.helper: single nodes over all attributes, and graphs as
hand-written exporters make them. The others are PyTorch modules, exported by the TorchScript and by
the dynamo exporter (left out where PyTorch is missing, which is said). With --tf2onnx all models
are Keras and TensorFlow 1.x ones that tf2onnx converts:

    VENV/bin/pip install tf2onnx tensorflow-cpu==2.19.1 tf_keras==2.19.0

Expected numbers are ONNX Runtime's; layout=1, which it does not run, is computed with layout=0 and
swapped axes. A graph with Loop or Scan is to be refused. OUT is made anew.
"""

import argparse
import json
import pathlib
import random
import shutil
import sys
import traceback
from collections import Counter

import numpy as np
import onnx
import onnxruntime

import onnx_graphs
import onnx_nodes

TOLERANCE = {"abs": 5e-6, "rel": 5e-6}


def session(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def loops(model):
    return sorted({n.op_type for n in model.graph.node} & {"Loop", "Scan"})


def write_refusal(folder, model, note, writer):
    """A golden folder that asks for a refusal which names the loop."""
    folder.mkdir(parents=True)
    onnx.save(model, folder / "model.onnx")
    golden = {
        "schema": "rnn-golden/1",
        "id": f"{folder.parent.name}/{folder.name}",
        "format": "onnx",
        "model": "model.onnx",
        "writer": writer,
        "refuse": [["loop", "scan"], ["not supported"]],
        "note": note,
    }
    (folder / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


def write(folder, model, runner, cases, note, writer, external=False, tolerance=None):
    """One golden folder. runner: what computes the numbers, where it is not the model itself."""
    folder.mkdir(parents=True)
    names = [o.name for o in model.graph.output]
    records = []
    for number, inputs in enumerate(cases):
        expected = runner(inputs) if runner else session(model).run(None, inputs)
        record = {"name": f"c{number}", "inputs": {}, "options": {}, "expected": {}}
        for kind, arrays in (("inputs", list(inputs.items())), ("expected", list(zip(names, expected)))):
            files = []
            for k, (name, array) in enumerate(arrays):
                if array.dtype in (np.int64, np.int32, np.bool_):
                    array = array.astype(np.int32)
                else:
                    array = array.astype(np.float32)
                file = f"c{number}_{kind}{k}.npy"
                np.save(folder / file, np.ascontiguousarray(array))
                files.append({"name": name, "file": file})
            single = {"inputs": "x", "expected": "outputs"}[kind]
            record[kind] = {single: files[0]["file"]} if len(files) == 1 else {"named": files}
        record["tolerance"] = tolerance or TOLERANCE
        records.append(record)
    if external:
        onnx.save(
            model,
            folder / "model.onnx",
            save_as_external_data=True,
            location="weights.bin",
            size_threshold=16,
        )
    else:
        onnx.save(model, folder / "model.onnx")
    golden = {
        "schema": "rnn-golden/1",
        "id": f"{folder.parent.name}/{folder.name}",
        "format": "onnx",
        "model": "model.onnx",
        "writer": writer,
        "cases": records,
        "note": f"{note}; operators: {', '.join(sorted({n.op_type for n in model.graph.node}))}",
    }
    (folder / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")


def tf2onnx_makers():
    import onnx_tf2onnx

    makers = {"keras": onnx_tf2onnx.make_keras, "tf1": onnx_tf2onnx.make_tf1}
    return makers, f", {onnx_tf2onnx.VERSIONS}"


def torch_makers():
    makers = {"node": onnx_nodes.make, "graph": onnx_graphs.make}
    try:
        import torch

        import onnx_torch

        makers["torchscript"] = onnx_torch.make_torchscript
        makers["dynamo"] = onnx_torch.make_dynamo
        return makers, f", torch {torch.__version__}"
    except ImportError as e:
        print(f"NO PYTORCH MODELS: {e}", file=sys.stderr)
        return makers, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tf2onnx", action="store_true")
    args = parser.parse_args()
    shutil.rmtree(args.out, ignore_errors=True)
    versions = f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}"
    makers, more = tf2onnx_makers() if args.tf2onnx else torch_makers()
    versions += more
    print(f"{versions}, numpy {np.__version__}, seed {args.seed}")
    counts = Counter()
    skipped = Counter()
    kinds = list(makers)
    for number in range(args.count):
        kind = kinds[number % len(kinds)]
        r = random.Random(f"{args.seed}/{number}")
        rng = np.random.default_rng(args.seed * 1_000_003 + number)
        folder = args.out / kind / f"{number:04d}"
        try:
            made = makers[kind](r, rng)
            if loops(made["model"]):
                write_refusal(folder, made["model"], made["note"], versions)
                counts[f"{kind} with loops"] += 1
            else:
                write(folder, writer=versions, **made)
                counts[kind] += 1
        except Exception as e:  # noqa: BLE001 - exporters raise what they like
            shutil.rmtree(folder, ignore_errors=True)
            lines = traceback.format_exception_only(e)[-1].strip().splitlines()
            skipped[f"{kind}: {lines[0][:150]}"] += 1
    print(f"written: {dict(counts)}")
    for reason, n in skipped.most_common():
        print(f"not made, as the exporter or the runtime refused: {n} x {reason}")


if __name__ == "__main__":
    main()
