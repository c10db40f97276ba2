"""Files of Keras's weights alone, with the spec that says what they are, and what Keras computes.

    python keras_weights.py --keras 2 --count 100 --seed 1 --out FOLDER     # tf_keras
    python keras_weights.py --keras 3 --count 100 --seed 1 --out FOLDER     # keras
    ./rnn4j verify --strict FOLDER

Chains of recurrent layers, with an embedding before and dense layers behind, saved as weights-only
.h5 (tf_keras), as .weights.h5, or as a whole .h5 whose description the spec replaces.
"""

import argparse
import json
import os
import shutil

import keras_roundtrip as oracle
import numpy as np
from keras_models import is3, maybe, pick, size

CELLS = {"SimpleRNN": "basic_rnn", "LSTM": "lstm", "GRU": "gru"}


def spec_activation(k, name):
    if name == "hard_sigmoid":
        return "hard_sigmoid_6" if is3(k) else "hard_sigmoid_0.2"
    return name


def recurrent(k, r, sequences, name):
    """(layer, its part of the spec without scope)."""
    L = k.layers
    kind = pick(r, list(CELLS))
    units = size(r)
    options = {"return_sequences": sequences, "use_bias": maybe(r, 0.8)}
    spec = {"cell": CELLS[kind], "units": units, "return_sequences": sequences}
    if not options["use_bias"]:
        spec["bias"] = False
    if kind == "GRU":
        options["reset_after"] = maybe(r)
        if options["reset_after"]:
            spec["cell"] = "gru_reset_after"
    keys = ["activation"] if kind == "SimpleRNN" else ["activation", "recurrent_activation"]
    for key in keys:
        if maybe(r, 0.3):
            options[key] = pick(r, ["tanh", "sigmoid", "softsign", "hard_sigmoid", "relu"])
            spec[key] = spec_activation(k, options[key])
    if maybe(r, 0.35):
        merge = pick(r, ["concat", "sum", "mul", "ave"])
        spec.update({"bidirectional": True, "merge": merge})
        return L.Bidirectional(getattr(L, kind)(units, **options), merge_mode=merge, name=name), spec
    if maybe(r, 0.2):
        options["go_backwards"] = spec["go_backwards"] = True
    return getattr(L, kind)(units, name=name, **options), spec


def build(k, r):
    """(layers, spec parts with the layer they belong to, rows of the embedding or None, mask?)."""
    L = k.layers
    layers, parts, rows, zero = [], [], None, False
    if maybe(r, 0.4):
        rows, zero = size(r, 4, 9), maybe(r)
        layers.append(L.Embedding(rows, size(r), mask_zero=zero, name="table"))
        parts.append(("embedding", {"rows": rows, "mask_zero": zero}))
    depth = size(r, 1, 3)
    last_sequences = maybe(r)
    for n in range(depth):
        layer, spec = recurrent(k, r, n < depth - 1 or last_sequences, "rnn_%d" % n)
        layers.append(layer)
        parts.append(("layers", spec))
    for n in range(size(r, 0, 2)):
        units, act = size(r), pick(r, ["linear", "tanh", "softmax", "relu", "hard_sigmoid"])
        layers.append(L.Dense(units, activation=act, use_bias=maybe(r, 0.8), name="dense_%d" % n))
        parts.append(("head", {"units": units, "activation": spec_activation(k, act)}))
    return layers, parts, rows, zero


def scopes(layers, numbered):
    """HDF5 groups: by name, or by class and number."""
    seen, found = {}, []
    for layer in layers:
        if not numbered:
            found.append(layer.name)
            continue
        kind = {"SimpleRNN": "simple_rnn"}.get(type(layer).__name__, type(layer).__name__.lower())
        n = seen.get(kind, 0)
        seen[kind] = n + 1
        found.append("layers/" + kind + ("_%d" % n if n else ""))
    return found


def write(k, writer, out, n, seed):
    r = np.random.default_rng([seed, n])
    k.backend.clear_session()
    layers, parts, rows, zero = build(k, r)
    features = size(r)
    i = k.Input((None,) if rows else (None, features), name="x")
    y = i
    for layer in layers:
        y = layer(y)
    model = k.Model(i, y, name="chain")
    oracle.randomise(model, r)
    file = pick(r, ["model.weights.h5", "model.h5"] + ([] if is3(k) else ["weights.h5"] * 2))
    name = "w%s_%04d" % (k.__version__.split(".")[0], n)
    folder = oracle.Folder(os.path.join(out, name))
    path = os.path.join(folder.path, file)
    model.save(path) if file == "model.h5" else model.save_weights(path)
    spec = {"framework": "keras", "layers": [], "head": []}
    for scope, (where, part) in zip(scopes(layers, file == "model.weights.h5"), parts):
        part["scope"] = scope
        if where == "embedding":
            spec[where] = part
        else:
            spec[where].append(part)
    if not spec["head"]:
        del spec["head"]
    cases = []
    for c in range(2):
        steps, batch = size(r, 2, 7), size(r, 1, 3)
        shape = (None, steps) if rows else (None, steps, features)
        kind = ("ids", rows, 0 if zero else None) if rows else ("floats", None, None)
        x = oracle.data(r, shape, kind, batch, steps)
        inputs, mask = {"x": folder.save("c%d_x.npy" % c, x)}, None
        if not rows and maybe(r):
            mask = r.random((batch, steps)) < 0.7
            inputs["mask"] = folder.save("c%d_mask.npy" % c, mask.astype(np.int32))
        value = x
        for layer in layers:
            if type(layer).__name__ == "Embedding":
                mask = layer.compute_mask(x)
                value = layer(value)
            elif type(layer).__name__ == "Dense":
                value = layer(value)
            else:
                value = layer(value, mask=mask)
        got = np.asarray(value)
        if not np.isfinite(got).all() or np.abs(got).max() > 50:
            shutil.rmtree(folder.path)
            return False
        cases.append({
            "name": "c%d" % c, "options": {}, "tolerance": {"abs": 2e-5, "rel": 2e-5}, "inputs": inputs,
            "expected": {"outputs": folder.save("c%d_outputs.npy" % c, got)}})
    golden = {
        "schema": "rnn-golden/1", "id": os.path.basename(out.rstrip("/")) + "/" + name,
        "format": "keras-weights-h5", "model": file, "writer": writer, "spec": spec, "cases": cases,
        "note": ", ".join(type(layer).__name__ for layer in layers)}
    with open(os.path.join(folder.path, "golden.json"), "w") as f:
        json.dump(golden, f, indent=1)
    return True


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--keras", type=int, choices=(2, 3), required=True)
    p.add_argument("--count", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out", required=True)
    a = p.parse_args()
    k, writer = oracle.load(a.keras)
    os.makedirs(a.out, exist_ok=True)
    written, n = 0, 0
    while written < a.count:
        written += write(k, writer, a.out, n, a.seed)
        n += 1
    print("seed", a.seed, "written", written, "tried", n)


if __name__ == "__main__":
    main()
