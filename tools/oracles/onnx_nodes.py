"""Single LSTM, GRU and RNN nodes over all attributes, optional inputs and operator sets."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
FUNCTIONS = {"LSTM": 3, "GRU": 2, "RNN": 1}
PLAIN = ["Relu", "Tanh", "Sigmoid", "Softsign", "Softplus"]
WITH_ALPHA = ["LeakyRelu", "ThresholdedRelu", "Elu"]
WITH_BOTH = ["ScaledTanh", "HardSigmoid", "Affine"]


def weights(rng, *shape):
    return rng.uniform(-0.6, 0.6, shape).astype(np.float32)


def tensor(r, name, array):
    """An initializer in one of the forms that files have."""
    form = r.choice(["raw", "raw", "typed"])
    if form == "raw" or array.dtype != np.float32:
        return numpy_helper.from_array(array, name)
    return helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.ravel().tolist())


def activations(r, op, directions):
    names, alpha, beta = [], [], []
    count = FUNCTIONS[op] * directions
    exhausted = False
    for _ in range(count):
        name = r.choice(PLAIN + WITH_ALPHA + WITH_BOTH)
        if exhausted and name not in PLAIN:
            name = "Tanh"
        names.append(name)
        if name in WITH_ALPHA + WITH_BOTH:
            alpha.append(round(r.uniform(0.1, 0.9), 3))
        if name in WITH_BOTH:
            beta.append(round(r.uniform(0.1, 0.9), 3))
    return names, alpha, beta


def make(r, rng):
    op = r.choice(list(GATES))
    direction = r.choice(["forward", "reverse", "bidirectional"])
    d = 2 if direction == "bidirectional" else 1
    h, i = r.randint(1, 7), r.randint(1, 5)
    b, t = r.randint(1, 4), r.randint(1, 6)
    layout = 1 if r.random() < 0.25 else 0
    opset = r.choice([14, 17, 22]) if layout else r.choice([7, 9, 11, 13, 14, 17, 20, 22, 24])
    attributes = {"hidden_size": h}
    if direction != "forward" or r.random() < 0.5:
        attributes["direction"] = direction
    if r.random() < 0.5:
        names, alpha, beta = activations(r, op, d)
        attributes["activations"] = names
        if alpha:
            attributes["activation_alpha"] = alpha
        if beta:
            attributes["activation_beta"] = beta
    if r.random() < 0.3:
        attributes["clip"] = round(r.uniform(0.2, 2.0), 2)
    if op == "GRU" and r.random() < 0.6:
        attributes["linear_before_reset"] = r.choice([0, 1])
    if op == "LSTM" and r.random() < 0.25:
        attributes["input_forget"] = 1
    dynamic = r.random() < 0.7
    n, steps = ("N", "T") if dynamic else (b, t)
    initializers = [
        tensor(r, "W", weights(rng, d, GATES[op] * h, i)),
        tensor(r, "R", weights(rng, d, GATES[op] * h, h)),
    ]
    slots = ["X", "W", "R", "", ""]
    if r.random() < 0.7:
        initializers.append(tensor(r, "B", weights(rng, d, 2 * GATES[op] * h)))
        slots[3] = "B"
    x_shape = [n, steps, i] if layout else [steps, n, i]
    state_shape = [n, d, h] if layout else [d, n, h]
    graph_inputs = [helper.make_tensor_value_info("X", TensorProto.FLOAT, x_shape)]
    feeds = [lambda b, t: ("X", weights(rng, b, t, i) if layout else weights(rng, t, b, i))]
    if r.random() < 0.45:
        slots[4] = "lens"
        graph_inputs.append(helper.make_tensor_value_info("lens", TensorProto.INT32, [n]))
        low = 1 if op == "RNN" else 0
        feeds.append(lambda b, t: ("lens", rng.integers(low, t + 1, b).astype(np.int32)))
    for name in ["initial_h"] + (["initial_c"] if op == "LSTM" else []):
        how = r.choice(["none", "input", "constant"])
        if how == "input":
            graph_inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, state_shape))
            feeds.append(lambda b, t, name=name: (name, weights(rng, *((b, d, h) if layout else (d, b, h)))))
        if how == "constant":
            if dynamic:
                how = "none"
            else:
                row = np.repeat(weights(rng, d, 1, h), b, axis=1)
                row = row.transpose(1, 0, 2).copy() if layout else row
                initializers.append(tensor(r, name, row))
        slots.append("" if how == "none" else name)
    if op == "LSTM" and r.random() < 0.35:
        initializers.append(tensor(r, "P", weights(rng, d, 3 * h)))
        slots += [""] * (7 - len(slots)) + ["P"]
    while slots and not slots[-1]:
        slots.pop()
    y_shape = [n, steps, d, h] if layout else [steps, d, n, h]
    outputs = {"Y": y_shape, "Y_h": state_shape}
    if op == "LSTM":
        outputs["Y_c"] = state_shape
    wanted = [name for name in outputs if r.random() < 0.75] or ["Y"]
    if layout:
        attributes["layout"] = 1
    node = helper.make_node(
        op,
        slots,
        [name if name in wanted else "" for name in outputs],
        name="rnn",
        **attributes,
    )
    order = r.sample(range(len(graph_inputs)), len(graph_inputs)) if r.random() < 0.3 else None
    if order:
        graph_inputs = [graph_inputs[k] for k in order]
        feeds = [feeds[k] for k in order]
    graph = helper.make_graph(
        [node],
        "g",
        graph_inputs,
        [helper.make_tensor_value_info(o, TensorProto.FLOAT, outputs[o]) for o in wanted],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = min(model.ir_version, r.choice([7, 8, 9, 10]))
    sizes = [(b, t)] if not dynamic else [(b, t), (r.randint(1, 3), r.randint(1, 5))]
    return {
        "model": model,
        "runner": (lambda inputs: swapped(model, inputs)) if layout else None,
        "cases": [dict(f(*size) for f in feeds) for size in sizes],
        "note": f"opset {opset}, {attributes}",
        "external": r.random() < 0.15,
    }


def swapped(model, inputs):
    """layout=1 by a node with layout=0."""
    import onnxruntime

    other = onnx.ModelProto()
    other.CopyFrom(model)
    node = other.graph.node[0]
    for a in node.attribute:
        if a.name == "layout":
            a.i = 0
    for value in list(other.graph.input) + list(other.graph.output):
        dims = value.type.tensor_type.shape.dim
        for dim in dims:
            dim.ClearField("dim_value")
            dim.ClearField("dim_param")
    for t in other.graph.initializer:
        if t.name.startswith("initial"):
            array = numpy_helper.to_array(t)
            t.CopyFrom(numpy_helper.from_array(array.transpose(1, 0, 2).copy(), t.name))
    feed = {k: v.transpose(1, 0, 2).copy() if v.ndim == 3 else v for k, v in inputs.items()}
    session = onnxruntime.InferenceSession(
        other.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    got = session.run(None, feed)
    return [g.transpose(2, 0, 1, 3) if g.ndim == 4 else g.transpose(1, 0, 2) for g in got]
