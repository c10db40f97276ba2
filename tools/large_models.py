"""Writes one stack of LSTMs of about 100 MB in every format that needs another framework to write it.

    python tools/large_models.py tensorflow DIR     Keras .h5, .keras and .weights.h5, checkpoint, frozen graph
    python tools/large_models.py torch DIR          PyTorch .pt, and the same numbers in a deflated .npz

OpenBenchmark writes the other formats itself and measures all that lies in DIR. A file's spec, where
it needs one, lies beside it as NAME.spec.json.
"""

import json
import os
import sys

UNITS = 1024
LAYERS = 3  # 8 * 1024 * 1024 weights and 4096 biases each: 100.7 MB


def write_spec(path, spec):
    with open(path + ".spec.json", "w") as f:
        json.dump(spec, f)


def tensorflow(folder):
    os.environ["TF_USE_LEGACY_KERAS"] = "0"
    import keras
    import numpy as np
    import tensorflow as tf

    print("tensorflow", tf.__version__, "keras", keras.__version__)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((None, UNITS))])
    for _ in range(LAYERS):
        model.add(keras.layers.LSTM(UNITS, return_sequences=True))
    model.save(os.path.join(folder, "keras-model.h5"))
    model.save(os.path.join(folder, "keras-archive.keras"))
    model.save_weights(os.path.join(folder, "keras-only.weights.h5"))
    names = [layer.name for layer in model.layers]
    write_spec(
        os.path.join(folder, "keras-only.weights.h5"),
        {"framework": "keras", "layers": [{"cell": "lstm", "scope": f"layers/{n}", "units": UNITS} for n in names]},
    )

    r = np.random.default_rng(1)
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, None, UNITS], name="x")
        y = tf.transpose(x, [1, 0, 2])
        zero = tf.zeros([tf.shape(y)[1], UNITS])
        for k in range(LAYERS):
            scope = f"rnn/multi_rnn_cell/cell_{k}/basic_lstm_cell"
            bound = 1 / np.sqrt(UNITS)
            kernel = v1.Variable(
                r.uniform(-bound, bound, (2 * UNITS, 4 * UNITS)).astype(np.float32), name=scope + "/kernel"
            )
            bias = v1.Variable(np.zeros(4 * UNITS, np.float32), name=scope + "/bias")
            # IFCO in BlockLSTMV2; the numbers are random, so the order does not matter for the cost.
            out = tf.raw_ops.BlockLSTMV2(
                seq_len_max=tf.cast(tf.shape(y)[0], tf.int64), x=y, cs_prev=zero, h_prev=zero, w=kernel,
                wci=tf.zeros([UNITS]), wcf=tf.zeros([UNITS]), wco=tf.zeros([UNITS]), b=bias,
                cell_clip=0.0, use_peephole=False,
            )
            y = out.h
        tf.identity(tf.transpose(y, [1, 0, 2]), name="outputs")
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, os.path.join(folder, "tensorflow.ckpt"), write_meta_graph=False)
        frozen = v1.graph_util.convert_variables_to_constants(session, session.graph_def, ["outputs"])
        with open(os.path.join(folder, "tensorflow-frozen.pb"), "wb") as f:
            f.write(frozen.SerializeToString())
    scopes = [f"rnn/multi_rnn_cell/cell_{k}/basic_lstm_cell" for k in range(LAYERS)]
    write_spec(
        os.path.join(folder, "tensorflow.ckpt"),
        {
            "framework": "tensorflow",
            "layers": [{"cell": "basic_lstm", "scope": s, "units": UNITS} for s in scopes],
        },
    )
    for leftover in ("checkpoint",):
        os.remove(os.path.join(folder, leftover))


def torch(folder):
    import numpy as np
    import torch as t

    print("torch", t.__version__)
    t.manual_seed(1)
    lstm = t.nn.LSTM(UNITS, UNITS, LAYERS, batch_first=True)
    t.save(lstm.state_dict(), os.path.join(folder, "pytorch.pt"))
    arrays = {name: value.numpy() for name, value in lstm.state_dict().items()}
    np.savez_compressed(os.path.join(folder, "deflated.npz"), **arrays)
    layers = [{"cell": "lstm", "scope": "", "units": UNITS, "num_layers": LAYERS}]
    for name in ("pytorch.pt", "deflated.npz"):
        write_spec(os.path.join(folder, name), {"framework": "pytorch", "layers": layers})


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("tensorflow", "torch"):
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    {"tensorflow": tensorflow, "torch": torch}[sys.argv[1]](sys.argv[2])
