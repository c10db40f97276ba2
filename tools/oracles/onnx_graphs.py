"""Graphs around recurrent nodes, in the many ways in which exporters and people write them."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from onnx_nodes import GATES, weights


class Graph:
    """Collects nodes; every method gives the name of a value."""

    def __init__(self, r, rng, opset):
        self.r, self.rng, self.opset = r, rng, opset
        self.nodes, self.initializers, self.count = [], [], 0

    def name(self, stem="v"):
        self.count += 1
        return f"{stem}{self.count}"

    def add(self, op, inputs, outputs=1, **attributes):
        names = [self.name(op.lower()) for _ in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=self.name("n"), **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, array):
        array = np.asarray(array)
        if self.r.random() < 0.5:
            name = self.name("c")
            self.initializers.append(numpy_helper.from_array(array, name))
            return name
        return self.add("Constant", [], value=numpy_helper.from_array(array))

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def floats(self, *shape):
        return self.constant(weights(self.rng, *shape))

    def squeeze(self, x, *axes):
        if self.opset < 13:
            return self.add("Squeeze", [x], axes=list(axes))
        return self.add("Squeeze", [x, self.ints(*axes)])

    def unsqueeze(self, x, *axes):
        if self.opset < 13:
            return self.add("Unsqueeze", [x], axes=list(axes))
        return self.add("Unsqueeze", [x, self.ints(*axes)])

    def slice(self, x, starts, ends, axes, steps=None):
        if self.opset < 10:
            return self.add("Slice", [x], starts=starts, ends=ends, axes=axes)
        inputs = [x, self.ints(*starts), self.ints(*ends), self.ints(*axes)]
        return self.add("Slice", inputs + ([self.ints(*steps)] if steps else []))

    def dim(self, x, axis):
        """The extent of an axis as a vector of one number."""
        shape = self.add("Shape", [x])
        if self.r.random() < 0.5:
            return self.slice(shape, [axis], [axis + 1], [0])
        at = self.add("Gather", [shape, self.constant(np.array(axis, np.int64))], axis=0)
        return self.unsqueeze(at, 0)

    def zeros(self, x, batch_axis, before, after):
        shape = self.add("Concat", [self.ints(*before), self.dim(x, batch_axis), self.ints(*after)], axis=0)
        if self.r.random() < 0.5 and self.opset >= 9:
            return self.add("ConstantOfShape", [shape])
        return self.add("Expand", [self.constant(np.zeros((), np.float32)), shape])


def recurrent(g, x, width, first, lens=None):
    """A recurrent node on [T, B, I]; gives [T, B, D*H], the final h [B, D*H] and D*H."""
    r = g.r
    op = r.choice(list(GATES))
    direction = r.choice(["forward", "forward", "bidirectional", "reverse"])
    d = 2 if direction == "bidirectional" else 1
    h = r.randint(2, 6)
    inputs = [x, g.floats(d, GATES[op] * h, width), g.floats(d, GATES[op] * h, h)]
    inputs.append(g.floats(d, 2 * GATES[op] * h) if r.random() < 0.8 else "")
    inputs.append(lens or "")
    if r.random() < 0.5:
        state = g.zeros(x, 1, [d], [h])
        inputs += [state] * (2 if op == "LSTM" else 1)
    while not inputs[-1]:
        inputs.pop()
    attributes = {"linear_before_reset": r.choice([0, 1])} if op == "GRU" else {}
    outputs = g.add(op, inputs, 3 if op == "LSTM" else 2, hidden_size=h, direction=direction, **attributes)
    y, last = outputs[0], outputs[1]
    if d == 1 and r.random() < 0.7:
        y = g.squeeze(y, 1)
    elif r.random() < 0.5:
        y = g.add("Transpose", [y], perm=[0, 2, 1, 3])
        y = g.add("Reshape", [y, g.ints(0, 0, -1)])
    else:
        y = g.add("Transpose", [y], perm=[0, 2, 1, 3])
        shape = [g.dim(y, 0), g.dim(y, 1), g.ints(d * h)]
        y = g.add("Reshape", [y, g.add("Concat", shape, axis=0)])
    if d == 1:
        last = g.squeeze(last, 0)
    elif r.random() < 0.5:
        parts = [g.add("Gather", [last, g.constant(np.array(k, np.int64))], axis=0) for k in (0, 1)]
        last = g.add("Concat", parts, axis=r.choice([1, -1]))
    else:
        last = g.add("Transpose", [last], perm=[1, 0, 2])
        last = g.add("Reshape", [last, g.ints(-1, d * h)])
    return y, last, d * h


def last_step(g, y):
    """[T, B, F] to [B, F]."""
    how = g.r.choice(["gather", "slice", "gather1"])
    if how == "gather":
        return g.add("Gather", [y, g.constant(np.array(-1, np.int64))], axis=0)
    if how == "gather1":
        return g.squeeze(g.add("Gather", [y, g.ints(-1)], axis=0), 0)
    return g.squeeze(g.slice(y, [-1], [2**31 - 1], [0]), 0)


def head(g, x, width, rank):
    """Dense layers and what is put between them; x has its features last."""
    r = g.r
    for _ in range(r.randint(0, 2)):
        units = r.randint(1, 6)
        if rank == 2 and r.random() < 0.5:
            transposed = r.random() < 0.5
            kernel = g.floats(units, width) if transposed else g.floats(width, units)
            bias = [g.floats(*r.choice([(units,), (1, units), (1,)]))] if r.random() < 0.8 else []
            x = g.add("Gemm", [x, kernel] + bias, transB=int(transposed), alpha=r.choice([1.0, 0.5]), beta=r.choice([1.0, 2.0]))
        else:
            x = g.add("MatMul", [x, g.floats(width, units)])
            if r.random() < 0.8:
                x = g.add("Add", [x, g.floats(units)] if r.random() < 0.7 else [g.floats(units), x])
        width = units
        x = between(g, x, width, rank)
    return x, width


def between(g, x, width, rank):
    r = g.r
    how = r.choice(["none", "act", "act", "scale", "norm", "residual", "swish", "clip", "chunk", "affine"])
    if how == "act":
        op, attributes = r.choice(
            [("Relu", {}), ("Tanh", {}), ("Sigmoid", {}), ("LeakyRelu", {"alpha": 0.2}), ("Elu", {}), ("Selu", {}), ("Softplus", {}), ("Softsign", {}), ("HardSigmoid", {}), ("Exp", {}), ("Neg", {}), ("Abs", {}), ("Identity", {}), ("ThresholdedRelu", {"alpha": 0.1})]
        )
        if op == "ThresholdedRelu" and g.opset < 10:
            op, attributes = "Relu", {}
        return g.add(op, [x], **attributes)
    if how == "scale":
        return g.add(r.choice(["Mul", "Add", "Sub", "Div"]), [x, g.constant(g.rng.uniform(0.5, 2, (width,)).astype(np.float32))])
    if how == "affine":
        return g.add("Sub", [g.constant(np.array(1.0, np.float32)), g.add("Mul", [x, g.constant(np.array(0.5, np.float32))])])
    if how == "norm":
        mean = g.add("ReduceMean", [x], axes=[-1], keepdims=1) if g.opset < 18 else g.add("ReduceMean", [x, g.ints(-1)], keepdims=1)
        centred = g.add("Sub", [x, mean])
        square = g.add("Pow", [centred, g.constant(np.array(2.0, np.float32))])
        variance = g.add("ReduceMean", [square], axes=[-1], keepdims=1) if g.opset < 18 else g.add("ReduceMean", [square, g.ints(-1)], keepdims=1)
        deviation = g.add("Sqrt", [g.add("Add", [variance, g.constant(np.array(1e-5, np.float32))])])
        y = g.add("Div", [centred, deviation])
        return g.add("Add", [g.add("Mul", [y, g.floats(width)]), g.floats(width)])
    if how == "residual":
        return g.add("Add", [x, g.add("Tanh", [x])])
    if how == "swish":
        return g.add("Mul", [x, g.add("Sigmoid", [x])])
    if how == "clip":
        low, high = r.choice([(0.0, 6.0), (-1.0, 1.0), (-0.3, 0.7)])
        if g.opset < 11:
            return g.add("Clip", [x], min=low, max=high)
        return g.add("Clip", [x, g.constant(np.array(low, np.float32)), g.constant(np.array(high, np.float32))])
    if how == "chunk" and width % 2 == 0:
        if g.opset < 13:
            a, b = g.add("Split", [x], 2, axis=-1, split=[width // 2] * 2)
        else:
            a, b = g.add("Split", [x, g.ints(width // 2, width // 2)], 2, axis=-1)
        return g.add("Concat", [g.add("Tanh", [b]), a], axis=-1)
    return x


def make(r, rng):
    opset = r.choice([9, 11, 12, 13, 15, 17, 18, 20, 22])
    g = Graph(r, rng, opset)
    ids = r.random() < 0.35
    width = r.randint(2, 5)
    batch_first = r.random() < 0.6
    dynamic = r.random() < 0.75
    b, t = r.randint(1, 3), r.randint(2, 6)
    lead = (["B", "T"] if batch_first else ["T", "B"]) if dynamic else ([b, t] if batch_first else [t, b])
    rows = r.randint(4, 12)
    kind = TensorProto.INT64 if ids else TensorProto.FLOAT
    inputs = [helper.make_tensor_value_info("x", kind, lead + ([] if ids else [width]))]
    x = "x"
    if ids:
        x = g.add("Gather", [g.floats(rows, width), x], axis=0)
    elif r.random() < 0.2:
        x = between(g, x, width, 3)
    if batch_first:
        x = g.add("Transpose", [x], perm=[1, 0, 2])
    lens = None
    if r.random() < 0.2:
        inputs.append(helper.make_tensor_value_info("lens", TensorProto.INT32, ["B" if dynamic else b]))
        lens = "lens"
    outputs = []
    layers = r.choice([1, 1, 2, 3])
    for layer in range(layers):
        below = x
        x, last, units = recurrent(g, x, width, layer == 0, lens)
        if units == width and r.random() < 0.7 and not lens:
            x = g.add("Add", [x, below])
        if r.random() < 0.15:
            x = g.add("Dropout", [x])
        width = units
    how = r.choice(["all", "all", "last", "final", "mean", "max", "both", "flat"])
    if how == "all":
        if batch_first:
            x = g.add("Transpose", [x], perm=[1, 0, 2])
        y, width = head(g, x, width, 3)
        shape = lead + [width]
        if r.random() < 0.3:
            y = g.add("Reshape", [y, g.ints(-1, width)])
            shape = [None, width]
    else:
        if how == "flat" and dynamic:
            how = "last"
        if how == "last":
            x = last_step(g, x)
        elif how == "final":
            x = last
        elif how in ("mean", "max"):
            op = "ReduceMean" if how == "mean" else "ReduceMax"
            if opset < 18:
                x = g.add(op, [x], axes=[0], keepdims=0)
            else:
                x = g.add(op, [x, g.ints(0)], keepdims=0)
        elif how == "both":
            x = g.add("Concat", [last_step(g, x), last], axis=1)
            width *= 2
        else:
            x = g.add("Transpose", [x], perm=[1, 0, 2])
            if r.random() < 0.5:
                x = g.add("Flatten", [x], axis=1)
            else:
                x = g.add("Reshape", [x, g.ints(b, -1)])
            width *= t
        y, width = head(g, x, width, 2)
        shape = ["B" if dynamic else b, width]
    if r.random() < 0.5:
        rank = len(shape)
        log = r.choice(["Softmax", "LogSoftmax"])
        y = g.add(log, [y], axis=r.choice([rank - 1, -1]) if opset >= 11 else rank - 1)
    if width == 1 and r.random() < 0.4:
        y = g.squeeze(y, len(shape) - 1)
        shape = shape[:-1]
    outputs.append(helper.make_tensor_value_info(y, TensorProto.FLOAT, shape))
    if r.random() < 0.25:
        outputs.append(helper.make_tensor_value_info(last, TensorProto.FLOAT, [None, None]))
    if outputs[-1].name == outputs[0].name:
        outputs = outputs[:1]
    graph = helper.make_graph(g.nodes, "g", inputs, outputs, g.initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = min(model.ir_version, 9)

    def case(b, t):
        size = (b, t) if batch_first else (t, b)
        feed = {"x": rng.integers(0, rows, size) if ids else weights(rng, *size, inputs[0].type.tensor_type.shape.dim[2].dim_value)}
        if lens:
            feed["lens"] = rng.integers(1, t + 1, b).astype(np.int32)
        return feed

    sizes = [(b, t), (r.randint(1, 4), r.randint(1, 7))] if dynamic else [(b, t)]
    return {
        "model": model,
        "runner": None,
        "cases": [case(*size) for size in sizes],
        "note": f"opset {opset}",
        "tolerance": {"abs": 2e-5, "rel": 2e-5},
    }
