"""Random Keras and TensorFlow 1.x models, converted to ONNX by tf2onnx.

Keras models are chains around the layers that tf2onnx turns into LSTM, GRU and RNN nodes; masks make
loops of them and are tried now and then. TensorFlow 1.x graphs are those of tf1_models.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import logging  # noqa: E402

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf2onnx  # noqa: E402
import tf_keras as k  # noqa: E402

import tf1_models  # noqa: E402

logging.getLogger("tf2onnx").setLevel(logging.ERROR)
logging.getLogger("tensorflow").setLevel(logging.ERROR)
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

L = k.layers
VERSIONS = f"tf2onnx {tf2onnx.__version__}, tensorflow {tf.__version__}, tf_keras {k.__version__}"
OPSETS = [9, 11, 12, 13, 14, 15, 16, 17, 18]
TOLERANCE = {"abs": 2e-5, "rel": 2e-5}


def recurrent(r, sequences):
    kind = r.choice(["SimpleRNN", "LSTM", "GRU", "LSTM", "GRU"])
    o = {"return_sequences": sequences, "use_bias": r.random() < 0.85}
    if kind == "GRU":
        o["reset_after"] = r.random() < 0.5
    if kind != "SimpleRNN" and r.random() < 0.15:
        o["recurrent_activation"] = "hard_sigmoid"
    if r.random() < 0.15:
        o["activation"] = r.choice(["relu", "sigmoid", "softsign"])
    if r.random() < 0.15:
        o["go_backwards"] = True
    if r.random() < 0.1:
        o["unroll"] = True
    if r.random() < 0.15:
        o["dropout"] = 0.2
    layer = getattr(L, kind)(r.randint(2, 6), **o)
    if r.random() < 0.3 and not o.get("go_backwards"):
        layer = L.Bidirectional(layer, merge_mode=r.choice(["concat", "sum", "ave", "mul"]))
    return layer


def between(r):
    return r.choice([
        lambda: L.Dense(r.randint(1, 6), activation=r.choice([None, "relu", "tanh", "elu", "swish", "softplus"])),
        lambda: L.TimeDistributed(L.Dense(r.randint(1, 6), activation=r.choice([None, "sigmoid", "selu"]))),
        lambda: L.BatchNormalization(),
        lambda: L.LayerNormalization(),
        lambda: L.Dropout(0.3),
        lambda: L.Conv1D(r.randint(1, 5), r.randint(1, 3), padding=r.choice(["same", "valid", "causal"]), activation=r.choice([None, "relu"])),
        lambda: L.MaxPooling1D(2),
        lambda: L.AveragePooling1D(2),
        lambda: L.LeakyReLU(0.2),
        lambda: L.PReLU(shared_axes=[1]),
        lambda: L.ZeroPadding1D(1),
    ])()


def head(r, rank):
    layers = []
    if rank == 3 and r.random() < 0.5:
        layers.append(r.choice([L.GlobalMaxPooling1D, L.GlobalAveragePooling1D])())
    for _ in range(r.randint(0, 2)):
        layers.append(L.Dense(r.randint(1, 5), activation=r.choice([None, "relu", "softmax", "sigmoid", "tanh"])))
    return layers


def chain(r):
    """(input, output, vocabulary or None, batch size that is fixed or None)."""
    steps = r.choice([None, None, 6, 8])
    width = r.randint(2, 5)
    fixed = 2 if r.random() < 0.15 else None
    if r.random() < 0.3:
        rows = r.randint(4, 12)
        x = k.Input((steps,), batch_size=fixed, dtype="int32", name="x")
        y = L.Embedding(rows, width, mask_zero=r.random() < 0.1)(x)
    else:
        rows = None
        x = k.Input((steps, width), batch_size=fixed, name="x")
        y = L.Masking()(x) if r.random() < 0.05 else x
    if r.random() < 0.3:
        y = between(r)(y)
    for n in range(r.randint(1, 3)):
        y = recurrent(r, True)(y) if n else recurrent(r, r.random() < 0.7)(y)
        if len(y.shape) == 2:
            break
        if r.random() < 0.25:
            y = between(r)(y)
    for layer in head(r, len(y.shape)):
        y = layer(y)
    return x, y, rows, fixed


def wired(r):
    """An encoder whose states begin a decoder, or two inputs."""
    kind = r.choice(["LSTM", "GRU"])
    units = r.randint(2, 5)
    a = k.Input((None, 3), name="x")
    b = k.Input((None, 2), name="x2")
    layer = getattr(L, kind)
    _, *states = layer(units, return_state=True)(a)
    y = layer(units, return_sequences=True)(b, initial_state=states)
    if r.random() < 0.5:
        y = L.Dense(3, activation="softmax")(y)
    return k.Model([a, b], y)


def randomise(model, rng):
    model.set_weights([
        rng.uniform(0.3, 1.5, w.shape) if (w >= 1).all() and w.ndim == 1 else rng.uniform(-0.6, 0.6, w.shape)
        for w in model.get_weights()])


def make_keras(r, rng):
    k.backend.clear_session()
    if r.random() < 0.12:
        model, rows, fixed = wired(r), None, None
    else:
        x, y, rows, fixed = chain(r)
        model = k.Model(x, y)
    randomise(model, rng)
    cases = []
    for _ in range(2):
        feed = {}
        b, t = fixed or r.randint(1, 4), r.randint(5, 8)
        for i in model.inputs:
            shape = [b] + [t if d is None else d for d in i.shape[1:]]
            feed[i.name] = rng.integers(0, rows, shape).astype(np.int32) if rows else rng.normal(size=shape).astype(np.float32)
        cases.append(feed)
    signature = [tf.TensorSpec(i.shape, i.dtype, name=i.name) for i in model.inputs]
    proto, _ = tf2onnx.convert.from_keras(model, input_signature=signature, opset=r.choice(OPSETS))
    layers = " ".join(f"{type(l).__name__}" for l in model.layers)
    return {"model": proto, "runner": None, "cases": cases, "note": f"tf2onnx of Keras: {layers}", "tolerance": TOLERANCE}


def make_tf1(r, rng):
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph:
        v1.disable_control_flow_v2()
        v1.set_random_seed(r.randrange(2**31))
        with v1.variable_scope("", initializer=v1.random_uniform_initializer(-0.6, 0.6)):
            model = tf1_models.build(r)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            fed = dict(model.extra)
            wanted = [model.output] + [t for s in model.final for t in s.values()]
            ins = list(model.feeds.values()) + [t for s in model.states for t in s.values()]
            frozen = v1.graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), sorted({t.op.name for t in wanted}))
    cases = []
    for arrays in model.cases:
        feed = {t.name: np.nan_to_num(arrays[n]) for n, t in model.feeds.items()}
        for tensors, values in zip(model.states, arrays["states"]):
            feed.update({tensors[n].name: v for n, v in values.items()})
        cases.append(feed)
    if fed:
        raise ValueError("scalar placeholders, which ONNX has not: " + ", ".join(model.note))
    proto, _ = tf2onnx.convert.from_graph_def(
        frozen, input_names=[t.name for t in ins], output_names=list(dict.fromkeys(t.name for t in wanted)),
        opset=r.choice(OPSETS))
    kept = {i.name: i.type.tensor_type.elem_type for i in proto.graph.input}
    cases = [{n: a.astype(np.int64 if kept[n] == 7 else a.dtype) for n, a in c.items() if n in kept} for c in cases]
    return {"model": proto, "runner": None, "cases": cases, "note": "tf2onnx of TensorFlow 1.x: " + ", ".join(model.note), "tolerance": TOLERANCE}
