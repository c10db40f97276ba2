"""Random TensorFlow 1.x cells, with wrappers, block operations and cells written by hand."""

import tensorflow as tf

v1 = tf.compat.v1
cells = v1.nn.rnn_cell

ACTIVATIONS = {"tanh": tf.tanh, "relu": tf.nn.relu, "sigmoid": tf.sigmoid, "softsign": tf.nn.softsign}


def weight(name, shape, scale=0.6):
    return v1.get_variable(name, shape, initializer=v1.random_uniform_initializer(-scale, scale))


class LSTMBlockCell(cells.RNNCell):
    """contrib's cell around the operation LSTMBlockCell."""

    def __init__(self, units, forget_bias, cell_clip, peephole):
        super().__init__(name="lstm_cell")
        self.units, self.forget_bias = units, forget_bias
        self.cell_clip, self.peephole = cell_clip, peephole

    @property
    def state_size(self):
        return cells.LSTMStateTuple(self.units, self.units)

    @property
    def output_size(self):
        return self.units

    def __call__(self, x, state, scope=None):
        with v1.variable_scope(scope or "lstm_cell"):
            size = int(x.shape[-1])
            w = weight("kernel", [size + self.units, 4 * self.units])
            b = weight("bias", [4 * self.units])
            if self.peephole:
                wci, wcf, wco = (weight(f"w_{g}_diag", [self.units]) for g in "ifo")
            else:
                wci = wcf = wco = tf.zeros([self.units])
            c, h = state
            out = tf.raw_ops.LSTMBlockCell(
                x=x, cs_prev=c, h_prev=h, w=w, wci=wci, wcf=wcf, wco=wco, b=b,
                forget_bias=self.forget_bias, cell_clip=self.cell_clip, use_peephole=self.peephole)
            return out.h, cells.LSTMStateTuple(out.cs, out.h)


class GRUBlockCell(cells.RNNCell):
    """contrib's cell around the operation GRUBlockCell."""

    def __init__(self, units):
        super().__init__(name="gru_cell")
        self.units = units

    @property
    def state_size(self):
        return self.units

    @property
    def output_size(self):
        return self.units

    def __call__(self, x, h, scope=None):
        with v1.variable_scope(scope or "gru_cell"):
            size = int(x.shape[-1])
            out = tf.raw_ops.GRUBlockCell(
                x=x, h_prev=h,
                w_ru=weight("w_ru", [size + self.units, 2 * self.units]),
                w_c=weight("w_c", [size + self.units, self.units]),
                b_ru=weight("b_ru", [2 * self.units]), b_c=weight("b_c", [self.units]))
            return out.h, out.h


class CudnnCompatibleGRU(cells.RNNCell):
    """contrib's CudnnCompatibleGRUCell: the reset comes after the product."""

    def __init__(self, units):
        super().__init__(name="cudnn_compatible_gru_cell")
        self.units = units

    @property
    def state_size(self):
        return self.units

    @property
    def output_size(self):
        return self.units

    def __call__(self, x, h, scope=None):
        with v1.variable_scope(scope or "cudnn_compatible_gru_cell"):
            size, n = int(x.shape[-1]), self.units
            gates = tf.sigmoid(tf.nn.bias_add(
                tf.matmul(tf.concat([x, h], 1), weight("gates/kernel", [size + n, 2 * n])),
                weight("gates/bias", [2 * n])))
            r, u = tf.split(gates, 2, axis=1)
            own = tf.nn.bias_add(
                tf.matmul(x, weight("candidate/input_projection/kernel", [size, n])),
                weight("candidate/input_projection/bias", [n]))
            old = tf.nn.bias_add(
                tf.matmul(h, weight("candidate/hidden_projection/kernel", [n, n])),
                weight("candidate/hidden_projection/bias", [n]))
            new = (1 - u) * tf.tanh(own + r * old) + u * h
            return new, new


class PerGateLSTM(cells.RNNCell):
    """An LSTM as tutorials write it: four kernels, [h, x] or [x, h], any order of factors."""

    def __init__(self, units, rng):
        super().__init__(name="hand_lstm")
        self.units = units
        self.h_first = rng.random() < 0.5
        self.swap = rng.random() < 0.5

    @property
    def state_size(self):
        return cells.LSTMStateTuple(self.units, self.units)

    @property
    def output_size(self):
        return self.units

    def __call__(self, x, state, scope=None):
        with v1.variable_scope(scope or "hand_lstm"):
            c, h = state
            both = tf.concat([h, x] if self.h_first else [x, h], 1)
            size = int(both.shape[-1])

            def gate(name, f):
                return f(tf.matmul(both, weight("W" + name, [size, self.units]))
                         + weight("b" + name, [self.units]))

            f, i, o = (gate(g, tf.sigmoid) for g in "fio")
            g = gate("c", tf.tanh)
            new_c = i * g + c * f if self.swap else f * c + g * i
            new_h = tf.tanh(new_c) * o if self.swap else o * tf.tanh(new_c)
            return new_h, cells.LSTMStateTuple(new_c, new_h)


class Projection(cells.RNNCell):
    """contrib's InputProjectionWrapper and OutputProjectionWrapper."""

    def __init__(self, cell, size, before, activation):
        super().__init__(name="projection")
        self.cell, self.size, self.before, self.activation = cell, size, before, activation

    @property
    def state_size(self):
        return self.cell.state_size

    @property
    def output_size(self):
        return self.cell.output_size if self.before else self.size

    def __call__(self, x, state, scope=None):
        with v1.variable_scope(scope or "projection"):
            if self.before:
                return self.cell(self.dense(x), state)
            y, state = self.cell(x, state)
            return self.dense(y), state

    def dense(self, x):
        y = tf.nn.bias_add(
            tf.matmul(x, weight("kernel", [int(x.shape[-1]), self.size])), weight("bias", [self.size]))
        return self.activation(y) if self.activation else y


def lstm_options(rng):
    o = {}
    if rng.random() < 0.4:
        o["use_peepholes"] = True
    if rng.random() < 0.4:
        o["cell_clip"] = round(rng.uniform(0.1, 1.0), 2)
    if rng.random() < 0.3:
        o["num_proj"] = rng.randint(2, 5)
        if rng.random() < 0.5:
            o["proj_clip"] = round(rng.uniform(0.05, 0.4), 2)
    if rng.random() < 0.6:
        o["forget_bias"] = round(rng.uniform(-1, 2), 2)
    return o


SPEC_NAMES = {
    "use_peepholes": "peepholes", "num_proj": "proj", "cell_clip": "cell_clip",
    "proj_clip": "proj_clip", "forget_bias": "forget_bias"}


def base_cell(rng, plain=False):
    """(cell, entry of a spec or None, scope of its variables)."""
    units = rng.choice([1, 2, 3, 5, 8, 13])
    activation = rng.choice(["tanh"] * 3 + ["relu", "sigmoid", "softsign"])
    kinds = ["basic_rnn", "basic_lstm", "lstm", "gru"]
    if not plain:
        kinds += ["block", "gru_block", "cudnn_gru", "per_gate"]
    kind = rng.choice(kinds)
    spec = {"cell": kind, "units": units}
    if activation != "tanh" and kind in ("basic_rnn", "basic_lstm", "lstm", "gru"):
        spec["activation"] = activation
    f = ACTIVATIONS[activation]
    if kind == "basic_rnn":
        return cells.BasicRNNCell(units, activation=f), spec, "basic_rnn_cell"
    if kind == "basic_lstm":
        bias = rng.choice([0.0, 0.5, 1.0, 2.0])
        spec["forget_bias"] = bias
        return cells.BasicLSTMCell(units, forget_bias=bias, activation=f), spec, "basic_lstm_cell"
    if kind == "lstm":
        options = lstm_options(rng)
        spec.update({SPEC_NAMES[k]: v for k, v in options.items()})
        return cells.LSTMCell(units, activation=f, **options), spec, "lstm_cell"
    if kind == "gru":
        return cells.GRUCell(units, activation=f), spec, "gru_cell"
    if kind == "block":
        clip = rng.choice([-1.0, 0.0, 0.3, 3.0])
        return LSTMBlockCell(units, rng.choice([0.0, 1.0]), clip, rng.random() < 0.5), None, ""
    if kind == "gru_block":
        return GRUBlockCell(units), None, ""
    if kind == "cudnn_gru":
        return CudnnCompatibleGRU(units), None, ""
    return PerGateLSTM(units, rng), None, ""


def dropout(rng, cell, keep):
    which = rng.choice(["input_keep_prob", "output_keep_prob", "state_keep_prob"])
    return cells.DropoutWrapper(cell, **{which: keep})


def wrapped(rng, cell, spec, size, keep, lengths):
    """The cell in wrappers that may stand around it."""
    if keep is not None and rng.random() < 0.7:
        cell = dropout(rng, cell, keep)
    if rng.random() < 0.15:
        cell = cells.DeviceWrapper(cell, "/cpu:0")
    if cell.output_size == size and rng.random() < 0.6:
        cell = cells.ResidualWrapper(cell)
        if spec is not None:
            spec["residual"] = True
    elif rng.random() < 0.1:
        before = rng.random() < 0.5
        if before or not lengths:
            activation = rng.choice([None, tf.tanh])
            cell, spec = Projection(cell, rng.randint(2, 5), before, activation), None
    return cell, spec


def stack(rng, size, keep=None, lengths=False, plain=False):
    """(cell, spec layers or None): one cell, or MultiRNNCell of some."""
    count = rng.choice([1, 1, 2, 3])
    made, specs, width = [], [], size
    for k in range(count):
        cell, spec, scope = base_cell(rng, plain)
        if spec is not None:
            spec["scope"] = (f"multi_rnn_cell/cell_{k}/" if count > 1 else "") + scope
        cell, spec = wrapped(rng, cell, spec, width, keep, lengths and k == count - 1)
        made.append(cell)
        specs.append(spec)
        width = cell.output_size
    cell = made[0] if count == 1 else cells.MultiRNNCell(made)
    return cell, None if any(s is None for s in specs) else specs
