"""Random TensorFlow 1.x graphs around recurrent cells."""

import numpy as np
import tensorflow as tf

import tf1_cells as own

v1 = tf.compat.v1


class Model:
    """What was built: tensors by what golden.json calls them, and the arrays of its cases."""

    def __init__(self):
        self.feeds = {}          # key -> tensor
        self.states = []         # [{"h": tensor, "c": tensor}] of initial states that are fed
        self.output = None
        self.final = []          # the same of final states
        self.time_major = False
        self.cases = []          # [{"x": array, "lengths": array, "state": [...]}]
        self.extra = {}          # placeholders fed for the framework only: {tensor: value}
        self.spec = None
        self.streaming = False
        self.may_refuse = None   # words of a refusal that is as right as the numbers
        self.note = []


def flat_states(state):
    """Final states over layers, as golden.json has them."""
    if isinstance(state, own.cells.LSTMStateTuple):
        return [{"h": state.h, "c": state.c}]
    if isinstance(state, (tuple, list)):
        return [s for one in state for s in flat_states(one)]
    return [{"h": state}]


def with_placeholders(size, prefix, dtype, states):
    """A state like {@code size} of placeholders, noted in states."""
    if isinstance(size, own.cells.LSTMStateTuple):
        c = v1.placeholder(dtype, [None, size.c], name=prefix + "_c")
        h = v1.placeholder(dtype, [None, size.h], name=prefix + "_h")
        states.append({"h": h, "c": c})
        return own.cells.LSTMStateTuple(c, h)
    if isinstance(size, (tuple, list)):
        return tuple(
            with_placeholders(s, f"{prefix}_{k}", dtype, states) for k, s in enumerate(size))
    h = v1.placeholder(dtype, [None, size], name=prefix)
    states.append({"h": h})
    return h


def learned(size, batch, kind, first, prefix):
    """A state from variables: the same for all rows, or computed from the first step."""
    if isinstance(size, own.cells.LSTMStateTuple):
        return own.cells.LSTMStateTuple(
            learned(size.c, batch, kind, first, prefix + "_c"),
            learned(size.h, batch, kind, first, prefix + "_h"))
    if isinstance(size, (tuple, list)):
        return tuple(
            learned(s, batch, kind, first, f"{prefix}_{k}") for k, s in enumerate(size))
    if kind == "tiled":
        return tf.tile(own.weight(prefix, [1, size]), [batch, 1])
    w = own.weight(prefix, [int(first.shape[-1]), size])
    return tf.tanh(tf.matmul(first, w))


def random_dropout(rng, model):
    kind = rng.choice(["none", "none", "default", "placeholder", "constant", "rate"])
    if kind == "none":
        return None
    model.note.append("dropout " + kind)
    if kind == "default":
        return v1.placeholder_with_default(tf.constant(1.0), [], name="keep_prob")
    if kind == "placeholder":
        keep = v1.placeholder(tf.float32, [], name="keep_prob")
        model.extra[keep] = 1.0
        return keep
    if kind == "rate":
        rate = v1.placeholder(tf.float32, [], name="rate")
        model.extra[rate] = 0.0
        return 1.0 - rate
    return 1.0


def inputs(rng, model, steps, time_major):
    """The sequence that cells see, [B,T,I] or [T,B,I], from what the caller gives."""
    kind = rng.choice(["x"] * 5 + ["embedding", "one_hot", "projected", "flat"])
    size = rng.choice([1, 2, 3, 5, 8])
    model.kind = kind
    t = steps if steps else rng.choice([None, None, model.t])
    axes = [t, None] if time_major else [None, t]
    if kind in ("embedding", "one_hot"):
        model.vocabulary = rng.randint(5, 12)
        ids = v1.placeholder(rng.choice([tf.int32, tf.int64]), axes, name="x")
        model.feeds["x"] = ids
        if kind == "one_hot":
            return tf.one_hot(ids, model.vocabulary)
        table = own.weight("embedding", [model.vocabulary, size])
        return tf.nn.embedding_lookup(table, ids)
    if kind == "flat" and steps and not time_major:
        x = v1.placeholder(tf.float32, [None, steps * size], name="x")
        model.feeds["x"] = x
        model.size = steps * size
        return tf.reshape(x, [-1, steps, size])
    model.kind = "projected" if kind == "projected" else "x"
    x = v1.placeholder(tf.float32, axes + [size], name="x")
    model.feeds["x"] = x
    model.size = size
    if kind != "projected":
        return x
    width = rng.randint(2, 6)
    shape = tf.shape(x)
    y = tf.matmul(tf.reshape(x, [-1, size]), own.weight("in_kernel", [size, width]))
    y = tf.nn.relu(y + own.weight("in_bias", [width]))
    return tf.reshape(y, [shape[0], shape[1] if time_major else steps or shape[1], width])


def head(rng, model, y, time_major, lengths, width):
    """A head on the outputs; sets model.output."""
    kind = rng.choice(["none", "none", "last", "last", "flat", "steps", "state", "slice"])
    model.note.append("head " + kind)
    if kind in ("last", "slice"):
        one = y[-1] if time_major else y[:, -1, :]
        if kind == "slice":
            y_t = y if time_major else tf.transpose(y, [1, 0, 2])
            one = tf.gather(y_t, tf.shape(y_t)[0] - 1)
        model.output = dense_head(rng, one, width)
    elif kind == "flat":
        model.output = dense_head(rng, tf.reshape(y, [-1, width]), width)
    elif kind == "steps":
        shape = tf.shape(y)
        z = dense_head(rng, tf.reshape(y, [-1, width]), width)
        model.output = tf.reshape(z, [shape[0], shape[1], int(z.shape[-1])])
    elif kind == "state" and model.final and not lengths:
        h = tf.concat([s["h"] for s in model.final], 1)
        model.output = dense_head(rng, h, int(h.shape[-1]))
    else:
        model.output = tf.identity(y, name="rnn_outputs")
    model.streaming = kind in ("none", "steps") or (kind == "state" and (lengths or not model.final))
    return kind


def dense_head(rng, x, width):
    z = x
    for k in range(rng.choice([1, 1, 2])):
        n = rng.randint(1, 6)
        z = tf.matmul(z, own.weight(f"head_{k}/kernel", [width, n]))
        z = rng.choice([tf.nn.bias_add, tf.add])(z, own.weight(f"head_{k}/bias", [n]))
        width = n
        f = rng.choice([None, tf.nn.relu, tf.sigmoid, tf.tanh, tf.nn.softmax, tf.nn.elu])
        z = f(z) if f else z
    return tf.identity(z, name="output")


def loop(rng, model, kind, x, cell, cell_bw, lengths, state, state_bw, time_major, dtype):
    """(outputs in the major order asked for, list of final states, width)."""
    if kind == "dynamic":
        y, s = v1.nn.dynamic_rnn(
            cell, x, sequence_length=lengths, initial_state=state, dtype=dtype,
            time_major=time_major)
        return y, flat_states(s), cell.output_size
    if kind == "bidirectional":
        (f, b), (sf, sb) = v1.nn.bidirectional_dynamic_rnn(
            cell, cell_bw, x, sequence_length=lengths, initial_state_fw=state,
            initial_state_bw=state_bw, dtype=dtype, time_major=time_major)
        return tf.concat([f, b], 2), flat_states(sf) + flat_states(sb), int(
            cell.output_size + cell_bw.output_size)
    steps = tf.unstack(x, num=model.t, axis=0 if time_major else 1)
    if rng.random() < 0.3 and not time_major:
        steps = [tf.squeeze(s, [1]) for s in tf.split(x, model.t, 1)]
    if kind == "static":
        y, s = v1.nn.static_rnn(
            cell, steps, initial_state=state, dtype=dtype, sequence_length=lengths)
        states, width = flat_states(s), cell.output_size
    else:
        y, sf, sb = v1.nn.static_bidirectional_rnn(
            cell, cell_bw, steps, initial_state_fw=state, initial_state_bw=state_bw, dtype=dtype,
            sequence_length=lengths)
        states, width = flat_states(sf) + flat_states(sb), int(
            cell.output_size + cell_bw.output_size)
    join = rng.choice(["stack", "reshape"])
    if join == "reshape" and not time_major:
        return tf.reshape(tf.concat(y, 1), [-1, model.t, width]), states, width
    return tf.stack(y, axis=0 if time_major else 1), states, width


def fused(rng, model, x, dtype):
    """BlockLSTM or BlockLSTMV2 over a time-major sequence."""
    size, n = int(x.shape[-1]), rng.choice([2, 3, 5])
    batch = tf.shape(x)[1]
    w = own.weight("lstm_fused_cell/kernel", [size + n, 4 * n])
    b = own.weight("lstm_fused_cell/bias", [4 * n])
    peephole = rng.random() < 0.5
    p = [own.weight(f"lstm_fused_cell/w_{g}_diag", [n]) if peephole else tf.zeros([n]) for g in "ifo"]
    zero = tf.zeros(tf.stack([batch, n]))
    reverse = rng.random() < 0.3
    if reverse:
        x = tf.reverse(x, [0])
    arguments = dict(
        seq_len_max=tf.cast(tf.shape(x)[0], tf.int64), x=x, cs_prev=zero, h_prev=zero, w=w,
        wci=p[0], wcf=p[1], wco=p[2], b=b, use_peephole=peephole,
        cell_clip=rng.choice([-1.0, 0.0, 0.3, 3.0]))
    if rng.random() < 0.5:
        out = tf.raw_ops.BlockLSTM(forget_bias=rng.choice([0.0, 1.0]), **arguments)
    else:
        out = tf.raw_ops.BlockLSTMV2(**arguments)
    y = tf.reverse(out.h, [0]) if reverse else out.h
    return y, [{"h": out.h[-1], "c": out.cs[-1]}], n


def build(rng):
    """A random model in the default graph."""
    model = Model()
    model.t = rng.randint(2, 7)
    kind = rng.choice(
        ["dynamic"] * 5 + ["bidirectional"] * 3 + ["static"] * 3 + ["static_bidirectional"] * 2
        + ["fused", "stacked"])
    static = kind.startswith("static")
    time_major = kind == "fused" or rng.random() < 0.3
    model.time_major = time_major
    model.note.append(kind + (" time-major" if time_major else ""))
    x = inputs(rng, model, model.t if static else None, time_major)
    batch = tf.shape(x)[1 if time_major else 0]
    lengths = None
    if kind != "fused" and rng.random() < 0.4:
        lengths = v1.placeholder(rng.choice([tf.int32, tf.int64]), [None], name="lengths")
        model.feeds["lengths"] = lengths
        model.note.append("lengths")
    keep = random_dropout(rng, model)
    size = int(x.shape[-1])
    model.spec_layers = None
    if kind == "fused":
        y, model.final, width = fused(rng, model, x, tf.float32)
    elif kind == "stacked":
        y, width = x, size
        for k in range(2):
            f, _ = own.stack(rng, width, keep, lengths is not None)
            b, _ = own.stack(rng, width, keep, lengths is not None)
            with v1.variable_scope(f"layer_{k}"):
                y, states, width = loop(
                    rng, model, "bidirectional", y, f, b, lengths, None, None, time_major, tf.float32)
            model.final += states
    else:
        both = "bidirectional" in kind
        cell, spec = own.stack(rng, size, keep, lengths is not None, static)
        cell_bw, spec_bw = own.stack(rng, size, keep, lengths is not None, static) if both else (None, None)
        state = state_bw = None
        begin = rng.choice(["zero", "zero", "fed", "tiled", "computed"])
        if begin == "fed":
            state = with_placeholders(cell.state_size, "state", tf.float32, model.states)
            if both:
                state_bw = with_placeholders(cell_bw.state_size, "state_bw", tf.float32, model.states)
        elif begin != "zero":
            first = x[0] if time_major else x[:, 0]
            state = learned(cell.state_size, batch, begin, first, "state")
            if both:
                state_bw = learned(cell_bw.state_size, batch, begin, first, "state_bw")
        model.note.append("state " + begin)
        y, model.final, width = loop(
            rng, model, kind, x, cell, cell_bw, lengths, state, state_bw, time_major, tf.float32)
        if model.kind == "x" and begin in ("zero", "fed") and spec and (spec_bw or not both):
            model.spec_layers = (spec, spec_bw, "bidirectional_rnn/fw/" if both else "rnn/")
    with_head = head(rng, model, y, time_major, lengths is not None, int(width))
    if with_head == "none" and model.spec_layers:
        forward, backward, prefix = model.spec_layers
        model.spec = {"framework": "tensorflow", "layers": scoped(forward, prefix)}
        if backward:
            model.spec["backward_layers"] = scoped(backward, "bidirectional_rnn/bw/")
    else:
        model.final = [] if rng.random() < 0.3 else model.final
    if model.kind == "flat" and lengths is not None:  # rnn4j's lengths are about an input's steps
        model.may_refuse = [["lengths"], ["reshape"]]
    model.streaming &= (
        kind == "dynamic" and lengths is None and begin_streams(model) and not static)
    for rows in (rng.randint(2, 4), 1):
        model.cases.append(case(rng, model, rows, kind))
    return model


def begin_streams(model):
    fixed = model.feeds["x"].shape.as_list()[0 if model.time_major else 1] is not None
    return not fixed and "state computed" not in model.note and model.kind != "projected_"


def scoped(layers, prefix):
    return [dict(s, scope=prefix + s["scope"]) for s in layers]


def case(rng, model, rows, kind):
    fixed = model.feeds["x"].shape.as_list()
    if model.kind == "flat":
        steps, shape = model.t, [rows, model.size]
    else:
        steps = fixed[0 if model.time_major else 1] or rng.randint(1, 7)
        shape = [steps, rows] if model.time_major else [rows, steps]
        if model.kind not in ("embedding", "one_hot"):
            shape += [model.size]
    g = np.random.default_rng(rng.randint(0, 2**31))
    if model.kind in ("embedding", "one_hot"):
        x = g.integers(0, model.vocabulary, shape).astype(np.int32)
    else:
        x = g.normal(size=shape).astype(np.float32)
    arrays = {"x": x}
    if "lengths" in model.feeds:
        least = 1 if "bidirectional" in kind or kind == "stacked" else 0
        lengths = g.integers(least, steps + 1, [rows]).astype(np.int32)
        arrays["lengths"] = lengths
        if model.kind == "x" and x.ndim == 3 and rng.random() < 0.5 and "state computed" not in model.note:
            for r, n in enumerate(lengths):
                if model.time_major:
                    x[n:, r] = np.nan
                else:
                    x[r, n:] = np.nan
    arrays["states"] = [
        {k: g.normal(size=[rows, int(t.shape[1])]).astype(np.float32) * 0.5 for k, t in s.items()}
        for s in model.states]
    return arrays
