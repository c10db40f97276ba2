"""PeepholeLSTMCell, which only the old tf.keras inside of TensorFlow still has: golden folders.

    python keras_peepholes.py FOLDER
    ./rnn4j verify --strict FOLDER

Needs tensorflow-cpu 2.19.1.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.python import keras as k  # noqa: E402
from tensorflow.python.keras.layers import recurrent  # noqa: E402


# The last release that was made of these sources; the file names it.
k.__version__ = "2.6.0"


def write(out, n):
    r = np.random.default_rng(n)
    units, features, sequences = int(r.integers(1, 7)), int(r.integers(1, 5)), bool(n % 2)
    cells = [recurrent.PeepholeLSTMCell(units, use_bias=bool(n % 3))]
    if n % 4 == 3:
        cells.append(recurrent.PeepholeLSTMCell(3, recurrent_activation="sigmoid"))
    cell = cells[0] if len(cells) == 1 else recurrent.StackedRNNCells(cells)
    i = k.Input((None, features), name="x")
    x = k.layers.Masking()(i) if n % 5 == 0 else i
    model = k.Model(i, recurrent.RNN(cell, return_sequences=sequences)(x))
    model.set_weights([(r.standard_normal(w.shape) * 0.5).astype(np.float32) for w in model.get_weights()])
    folder = os.path.join(out, "peephole_%d" % n)
    os.makedirs(folder)
    model.save(os.path.join(folder, "model.h5"))
    x = r.standard_normal((2, 5, features)).astype(np.float32)
    x[0, 3:] = 0
    np.save(os.path.join(folder, "x.npy"), x)
    np.save(os.path.join(folder, "outputs.npy"), np.asarray(model(x, training=False)))
    golden = {
        "schema": "rnn-golden/1", "id": os.path.basename(out.rstrip("/")) + "/peephole_%d" % n,
        "format": "keras-h5", "model": "model.h5", "writer": "tf.keras in tensorflow " + tf.__version__,
        "cases": [{"name": "c0", "inputs": {"x": "x.npy"}, "options": {},
                   "expected": {"outputs": "outputs.npy"}, "tolerance": {"abs": 1e-5, "rel": 1e-5}}]}
    with open(os.path.join(folder, "golden.json"), "w") as f:
        json.dump(golden, f, indent=1)


if __name__ == "__main__":
    for number in range(20):
        write(sys.argv[1], number)
