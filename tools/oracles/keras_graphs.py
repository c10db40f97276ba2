"""Functional models with more than a chain: several inputs and outputs, states, shared layers."""

from keras_models import activation, bidirectional, chain, dense, is3, maybe, norm, pick, rnn, size


def grow(k, r, x, masked, depth):
    """Hangs a random chain behind a tensor."""
    g = chain(k, r, tuple(x.shape), masked, depth)
    layer = next(g, None)
    while layer is not None:
        x = layer(x)
        try:
            layer = g.send((tuple(x.shape), has_mask(x)))
        except StopIteration:
            break
    return x


def has_mask(x):
    return getattr(x, "_keras_mask", None) is not None


def source(k, r, steps, name, p_mask=0.5):
    """An input whose sequence may be masked: (input, tensor, description for the data)."""
    L = k.layers
    if maybe(r, 0.3):
        i = k.Input((steps,), name=name)
        rows = size(r, 4, 9)
        zero = maybe(r, p_mask)
        return i, L.Embedding(rows, size(r), mask_zero=zero)(i), ("ids", rows, 0 if zero else None)
    features = size(r)
    i = k.Input((steps, features), name=name)
    if maybe(r, p_mask):
        return i, L.Masking()(i), ("floats", None, 0.0)
    return i, i, ("floats", None, None)


def sequence(x, k, r):
    return rnn(k, r, True)(x)


def encoder_decoder(k, r):
    L = k.layers
    kind = pick(r, ["LSTM", "GRU", "SimpleRNN"])
    units = size(r)
    i1, x1, d1 = source(k, r, pick(r, [None, 5]), "encoder_in")
    i2, x2, d2 = source(k, r, pick(r, [None, 6]), "decoder_in")
    make = getattr(L, kind)
    if maybe(r, 0.4):
        out = L.Bidirectional(make(units, return_state=True), name="both")(x1)
        half = (len(out) - 1) // 2
        states = [L.Concatenate()([out[1 + j], out[1 + half + j]]) for j in range(half)]
        units *= 2
    else:
        states = make(units, return_state=True, name="encoder")(x1)[1:]
    y = make(units, return_sequences=True, return_state=maybe(r), name="decoder")(
        x2, initial_state=states if len(states) > 1 or maybe(r) else states[0])
    outs = list(y) if isinstance(y, (list, tuple)) else [y]
    outs[0] = L.Dense(3, activation="softmax")(outs[0])
    return k.Model([i1, i2], outs if len(outs) > 1 else outs[0]), [d1, d2]


def state_inputs(k, r):
    L = k.layers
    units = size(r)
    features = size(r)
    kind = pick(r, ["LSTM", "GRU", "BiLSTM", "BiGRU", "Stacked"])
    i = k.Input((pick(r, [None, 5]), features), name="data")
    x = L.Masking()(i) if maybe(r) else i
    widths = {"LSTM": [units] * 2, "GRU": [units], "BiLSTM": [units] * 4, "BiGRU": [units] * 2,
              "Stacked": [units, units, 3]}[kind]
    states = [k.Input((w,), name="state_%d" % j) for j, w in enumerate(widths)]
    if kind == "Stacked":
        layer = L.RNN(L.StackedRNNCells([L.LSTMCell(units), L.GRUCell(3)]), return_sequences=True,
                      return_state=True)
        if is3(k):
            given = [states[:2], states[2]]
        else:
            given = [[states[0], states[1]], states[2]]
        y = layer(x, initial_state=given)
        flat = []
        for part in y:
            flat.extend(part if isinstance(part, (list, tuple)) else [part])
        y = flat
    else:
        layer = getattr(L, kind.replace("Bi", ""))(units, return_sequences=maybe(r), return_state=True)
        if kind.startswith("Bi"):
            layer = L.Bidirectional(layer, merge_mode=pick(r, ["concat", "sum", None]))
        y = list(layer(x, initial_state=states if len(states) > 1 else states[0]))
    flat = [("floats", None, 0.0)] + [("floats", None, None)] * len(states)
    return k.Model([i] + states, y), flat


def shared(k, r):
    L = k.layers
    features = size(r)
    i1, i2 = k.Input((6, features), name="left"), k.Input((6, features), name="right")
    layer = (bidirectional if maybe(r) else rnn)(k, r, False, 6)
    if maybe(r):
        pre = L.Masking()
        a, b = layer(pre(i1)), layer(pre(i2))
    else:
        a, b = layer(i1), layer(i2)
    merge = pick(r, [L.Subtract, L.Add, L.Multiply, L.Average, L.Maximum, L.Minimum])()
    d = dense(k, r)
    out = merge([d(a), d(b)])
    if maybe(r):
        return k.Model([i1, i2], [out, L.Concatenate()([a, b])]), [("floats", None, 0.0)] * 2
    return k.Model([i1, i2], out), [("floats", None, 0.0)] * 2


def nested(k, r):
    L = k.layers
    features = size(r)
    inner_in = k.Input((None, features) if maybe(r) else (5, features))
    y = rnn(k, r, True)(inner_in)
    y = norm(k, r)(y)
    y = L.Dense(features)(y)
    inner = k.Model(inner_in, y, name="inner")
    tail = k.Sequential([L.Dense(4, activation=activation(k, r)), norm(k, r), L.Dense(2)], name="tail")
    if maybe(r, 0.3):
        inner.trainable = False
    if maybe(r, 0.3):
        tail.layers[-1].trainable = False
    i = k.Input((5, features), name="x")
    x = L.Masking()(i) if maybe(r, 0.3) else i
    y = inner(x)
    if maybe(r):
        y = inner(y)
    y = tail(y)
    if maybe(r):
        y = rnn(k, r, False, go_backwards=False)(y)
    if maybe(r, 0.3):
        return k.Model(i, [y, inner(i)]), [("floats", None, 0.0)]
    return k.Model(i, y), [("floats", None, 0.0)]


def branches(k, r):
    L = k.layers
    steps = pick(r, [None, 6])
    i1, x1, d1 = source(k, r, steps, "series")
    features = size(r)
    i2 = k.Input((features,), name="static")
    width = size(r)
    a = L.Dense(width)(sequence(x1, k, r))
    b = L.Dense(width, activation="tanh")(x1)
    merge = pick(r, [L.Add, L.Multiply, L.Average, L.Maximum, L.Concatenate])()
    m = merge([a, b])
    if maybe(r, 0.3) and steps:
        m = L.Concatenate(axis=1)([m, m])
    y = rnn(k, r, False)(m)
    s = L.Concatenate()([y, i2])
    outs = [dense(k, r)(s)]
    if maybe(r):
        outs.append(m)
    if maybe(r):
        outs.append(L.LSTM(2)(a))
    return k.Model([i1, i2], outs if len(outs) > 1 else outs[0]), [d1, ("floats", None, None)]


def returned_states(k, r):
    i, x, d = source(k, r, pick(r, [None, 6]), "x")
    if maybe(r):
        y = bidirectional(k, r, maybe(r), states=True, merges=["concat", "sum", "mul", "ave", None])(x)
    else:
        y = rnn(k, r, maybe(r), states=True)(x)
    flat = []
    for part in y:
        flat.extend(part if isinstance(part, (list, tuple)) else [part])
    return k.Model(i, flat), [d]


def merged_masks(k, r):
    """Two masked sequences of one length meet."""
    L = k.layers
    i1, x1, d1 = source(k, r, 6, "one", 0.7)
    i2, x2, d2 = source(k, r, 6, "two", 0.7)
    width = size(r)
    a, b = L.Dense(width)(x1), L.Dense(width)(x2)
    merge = pick(r, [L.Add, L.Multiply, L.Subtract, L.Average, L.Concatenate])()
    y = rnn(k, r, maybe(r))(merge([a, b]))
    return k.Model([i1, i2], y), [d1, d2]


def operations(k, r):
    """Slices and arithmetic between layers, and products with one weight a step (attention)."""
    L = k.layers
    i, x, d = source(k, r, 6, "x")
    y = sequence(x, k, r)
    outs = [y[:, -1, :], y[:, 1:5], y[:, ::2, :], y[..., 0], y[:, 2]]
    a, b = pick(r, outs[:1] + outs[4:]), L.LSTM(y.shape[-1])(x)
    outs = [pick(r, outs), pick(r, [a + b, a - b, a * b])]
    outs.append(pick(r, [lambda: a * 2, lambda: 1.5 - a, lambda: a / 3, lambda: a + 1, lambda: -a])())
    score = L.Softmax(axis=1)(L.Dense(1)(L.Reshape((6, y.shape[-1]))(y)))
    weighted = L.Multiply()([L.Reshape((6, y.shape[-1]))(y), score])
    outs.append(L.GlobalAveragePooling1D()(weighted))
    return k.Model(i, outs), [d]


def channels_first(k, r):
    L = k.layers
    i = k.Input((4, 8), name="x")
    y = pick(r, [lambda: L.MaxPooling1D(2, data_format="channels_first"),
                 lambda: L.AveragePooling1D(2, data_format="channels_first", padding="same"),
                 lambda: L.GlobalMaxPooling1D(data_format="channels_first"),
                 lambda: L.GlobalAveragePooling1D(data_format="channels_first"),
                 lambda: L.Flatten(data_format="channels_first"),
                 lambda: L.BatchNormalization(axis=1)])()(i)
    return k.Model(i, grow(k, r, y, False, 2)), [("floats", None, None)]


RECIPES = [operations, channels_first, encoder_decoder, state_inputs, shared, nested, branches, returned_states, merged_masks]
