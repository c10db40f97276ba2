"""Writes random Keras models with recorded inputs and outputs, as folders that `rnn4j verify` runs.

    python keras_roundtrip.py --keras 2 --count 200 --seed 1 --out FOLDER     # tf_keras
    python keras_roundtrip.py --keras 3 --count 200 --seed 1 --out FOLDER     # keras
    ./rnn4j verify --strict FOLDER

Needs tensorflow-cpu 2.19.1 with tf_keras 2.19.0 and keras 3.x. Prints versions and seed; the same
versions and seed give the same models. docs/oracles/keras.md holds the last result.
"""

import argparse
import json
import os
import sys
import traceback

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np  # noqa: E402

import keras_graphs  # noqa: E402
from keras_models import chain, is3, maybe, pick, rnn, size, start  # noqa: E402


def load(version):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    if version == 2:
        import tf_keras as k
    else:
        import keras as k
    print("keras", k.__version__, "tensorflow", tf.__version__, "numpy", np.__version__)
    return k, "%s %s, tensorflow %s" % (k.__name__, k.__version__, tf.__version__)


def randomise(model, r):
    """Weights of a size that keeps activations in the interesting range."""
    new = []
    for w in model.weights:
        value = np.asarray(w.numpy() if hasattr(w, "numpy") else w)
        name = (getattr(w, "path", None) or w.name).lower()
        if value.dtype.kind != "f":
            new.append(value)
        elif "variance" in name:
            new.append(r.uniform(0.3, 2, value.shape).astype(value.dtype))
        elif "gamma" in name:
            new.append(r.uniform(0.5, 1.5, value.shape).astype(value.dtype))
        else:
            scale = 0.9 / max(1.0, np.sqrt(value.shape[0])) if value.ndim > 1 else 0.3
            new.append((r.standard_normal(value.shape) * scale).astype(value.dtype))
    model.set_weights(new)


def data(r, shape, kind, batch, steps):
    """An array for an input of `shape`; rows end early, or have holes, where a value masks."""
    what, rows, mask = kind
    full = [batch] + [steps if d is None else d for d in shape[1:]]
    if what == "ids":
        x = r.integers(1 if mask == 0 else 0, rows, full).astype(np.int32)
    else:
        x = r.standard_normal(full).astype(np.float32)
    if mask is None or len(full) < 2 or (what == "floats" and len(full) < 3):
        return x
    for b in range(batch):
        how = r.random()
        if how < 0.5:
            x[b, int(r.integers(0, full[1] + 1)):] = mask  # the row ends; maybe before its first step
        elif how < 0.7:
            x[b, : int(r.integers(0, full[1]))] = mask
        elif how < 0.9:
            x[b, r.random(full[1]) < 0.4] = mask
    return x


def as_list(x):
    return list(x) if isinstance(x, (list, tuple)) else [x]


class Folder:
    def __init__(self, path):
        self.path = path
        os.makedirs(path)

    def save(self, name, array):
        array = np.ascontiguousarray(array)
        if array.dtype.kind == "f":
            array = array.astype(np.float32)
        np.save(os.path.join(self.path, name), array)
        return name


def record(k, model, folder, kinds, r, cases, tolerance, reset):
    """Runs the model and writes what went in and what came out."""
    recorded = []
    inputs = as_list(model.inputs)
    batch = inputs[0].shape[0]
    for c in range(cases):
        rows = batch or size(r, 1, 3)
        steps = size(r, 3, 7)
        xs = [data(r, tuple(i.shape), kind, rows, steps) for i, kind in zip(inputs, kinds)]
        got = [np.asarray(y) for y in as_list(model(xs[0] if len(xs) == 1 else xs, training=False))]
        if not all(np.isfinite(y).all() and (y.size == 0 or np.abs(y).max() < 50) for y in got):
            return None
        case = {"name": "c%d" % c, "options": {}, "tolerance": tolerance}
        if c and reset:
            case["options"]["continues"] = True
        if len(xs) == 1:
            case["inputs"] = {"x": folder.save("c%d_x.npy" % c, xs[0])}
        else:
            names = [getattr(i, "node", i).name if False else i.name.split(":")[0] for i in inputs]
            case["inputs"] = {"named": [
                {"name": n, "file": folder.save("c%d_in%d.npy" % (c, j), x)}
                for j, (n, x) in enumerate(zip(names, xs))]}
        if len(got) == 1:
            case["expected"] = {"outputs": folder.save("c%d_outputs.npy" % c, got[0])}
        else:
            case["expected"] = {"named": [
                {"name": n, "file": folder.save("c%d_want%d.npy" % (c, j), y)}
                for j, (n, y) in enumerate(zip(model.output_names, got))]}
        recorded.append(case)
    return recorded


def sequential(k, r, options):
    """A chain as a Sequential or, of the same layers, a Functional model."""
    shape, rows, first, mask = start(k, r)
    stateful = options.get("stateful") and len(shape) < 3
    i = k.Input(batch_shape=(2,) + shape, name="x") if stateful else k.Input(shape, name="x")
    more = {"stateful": True} if stateful else {}
    layers = []
    y = i
    for layer in first:
        y = layer(y)
        layers.append(layer)
    if stateful:
        layer = rnn(k, r, True, shape[0], stateful=True)
        y = layer(y)
        layers.append(layer)
    if len(tuple(y.shape)) == 3 and maybe(r, 0.6):
        layer = rnn(k, r, True, shape[0], **more)
        y = layer(y)
        layers.append(layer)
    g = chain(k, r, tuple(y.shape), keras_graphs.has_mask(y), size(r, 1, 6), **more)
    layer = next(g, None)
    while layer is not None:
        y = layer(y)
        layers.append(layer)
        try:
            layer = g.send((tuple(y.shape), keras_graphs.has_mask(y)))
        except StopIteration:
            break
    kind = ("floats" if rows is None else "ids", rows, mask)
    if maybe(r, 0.6):
        return k.Sequential([i] + layers, name="chain") if is3(k) else k.Sequential(
            [k.layers.InputLayer(batch_input_shape=tuple(i.shape), dtype=i.dtype, name="x")] + layers,
            name="chain"), [kind], stateful
    return k.Model(i, y, name="chain"), [kind], stateful


def time_major(k, r):
    """Keras 2 only: the first axis is time."""
    L = k.layers
    i = k.Input(batch_shape=(None, None, size(r)), name="x")
    x = L.Masking()(i) if maybe(r, 0.3) else i
    x = L.Dense(size(r), activation="tanh")(x) if maybe(r) and x is i else x
    kind = pick(r, [L.LSTM, L.GRU, L.SimpleRNN])
    layer = kind(size(r), time_major=True, return_sequences=True, go_backwards=maybe(r, 0.3))
    if maybe(r, 0.3):
        layer = L.Bidirectional(kind(size(r), time_major=True, return_sequences=True))
    y = layer(x)
    y = L.Dense(2, activation="softmax")(y)
    return k.Model(i, y), [("floats", None, 0.0)]


def build(k, r, n):
    """One model: (model, kinds of its inputs, stateful?, time-major?, tolerance)."""
    tight = {"abs": 2e-5, "rel": 2e-5}
    what = r.random()
    policy = k.mixed_precision
    if what < 0.04:
        policy.set_global_policy("mixed_float16") if not is3(k) else k.config.set_dtype_policy("mixed_float16")
        model, kinds, _ = sequential(k, r, {})
        return model, kinds, False, False, {"abs": 3e-2, "rel": 3e-2}
    if what < 0.08:
        (policy.set_global_policy if not is3(k) else k.config.set_dtype_policy)("float64")
        model, kinds, _ = sequential(k, r, {})
        return model, kinds, False, False, tight
    if what < 0.14 and not is3(k):
        model, kinds = time_major(k, r)
        return model, kinds, False, True, tight
    if what < 0.60:
        model, kinds, stateful = sequential(k, r, {"stateful": maybe(r, 0.12)})
        return model, kinds, stateful, False, tight
    model, kinds = pick(r, keras_graphs.RECIPES)(k, r)
    return model, kinds, False, False, tight


def write(k, writer, out, n, seed):
    r = np.random.default_rng([seed, n])
    k.backend.clear_session()
    (k.mixed_precision.set_global_policy if not is3(k) else k.config.set_dtype_policy)("float32")
    model, kinds, stateful, major, tolerance = build(k, r, n)
    randomise(model, r)
    if stateful:
        for layer in model.layers:
            if getattr(layer, "stateful", False):
                layer.reset_states() if hasattr(layer, "reset_states") else layer.reset_state()
    kind = pick(r, ["keras-h5", "keras-v3"])
    name = "k%s_%04d" % (k.__version__.split(".")[0], n)
    folder = Folder(os.path.join(out, name))
    file = "model.h5" if kind == "keras-h5" else "model.keras"
    model.save(os.path.join(folder.path, file))
    cases = record(k, model, folder, kinds, r, 3 if stateful else 2, tolerance, stateful)
    if cases is None:
        import shutil

        shutil.rmtree(folder.path)
        return None
    if major:
        for case in cases:
            case["options"]["time_major"] = True
    golden = {
        "schema": "rnn-golden/1", "id": os.path.basename(out.rstrip("/")) + "/" + name, "format": kind,
        "model": file, "writer": writer, "cases": cases,
        "note": ", ".join(type(layer).__name__ for layer in model.layers),
    }
    with open(os.path.join(folder.path, "golden.json"), "w") as f:
        json.dump(golden, f, indent=1)
    return [type(layer).__name__ for layer in model.layers]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--keras", type=int, choices=(2, 3), required=True)
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--first", type=int, default=0, help="number of the first model, to repeat one")
    p.add_argument("--out", required=True)
    a = p.parse_args()
    k, writer = load(a.keras)
    print("seed", a.seed)
    os.makedirs(a.out, exist_ok=True)
    written, dropped, seen, n = 0, {}, {}, a.first
    while written < a.count:
        try:
            layers = write(k, writer, a.out, n, a.seed)
            reason = None if layers else "outputs too large to compare"
        except (ValueError, TypeError, NotImplementedError, AttributeError, RuntimeError) as e:
            layers, reason = None, "%s: %s" % (type(e).__name__, str(e).strip().split("\n")[0][:90])
            if os.environ.get("TRACE"):
                traceback.print_exc()
        except Exception as e:  # TensorFlow's own errors have no common root worth naming
            layers, reason = None, "%s: %s" % (type(e).__name__, str(e).strip().split("\n")[0][:90])
        if layers:
            written += 1
            for name in layers:
                seen[name] = seen.get(name, 0) + 1
        else:
            dropped[reason] = dropped.get(reason, 0) + 1
            folder = os.path.join(a.out, "k%s_%04d" % (k.__version__.split(".")[0], n))
            if os.path.isdir(folder):
                import shutil

                shutil.rmtree(folder)
        n += 1
        if n > a.first + 6 * a.count + 50:
            sys.exit("only %d models of %d could be made" % (written, a.count))
    print("written", written, "tried", n - a.first)
    print("layers", dict(sorted(seen.items())))
    for reason, count in sorted(dropped.items(), key=lambda x: -x[1]):
        print("not made: %3d  %s" % (count, reason))


if __name__ == "__main__":
    main()
