"""Random Keras models: the layers and options that rnn4j says it reads, put together by chance.

Every function takes `k`, the Keras to use (tf_keras or keras), and a numpy Generator `r`.
"""

ACTIVATIONS = [
    "tanh", "sigmoid", "relu", "linear", "hard_sigmoid", "elu", "selu", "softplus", "softsign",
    "swish", "gelu", "mish",
]
ACTIVATIONS_3 = [
    "relu6", "leaky_relu", "celu", "hard_silu", "log_sigmoid", "hard_tanh", "tanh_shrink",
    "soft_shrink", "squareplus", "sparse_sigmoid", "silu",
]


def is3(k):
    return k.__version__.startswith("3")


def maybe(r, p=0.5):
    return bool(r.random() < p)


def pick(r, items):
    return items[int(r.integers(len(items)))]


def size(r, low=1, high=7):
    return int(r.integers(low, high + 1))


def activation(k, r):
    return pick(r, ACTIVATIONS + (ACTIVATIONS_3 if is3(k) else []))


def cell_options(k, r, kind):
    o = {"use_bias": maybe(r, 0.85)}
    if maybe(r, 0.3):
        o["activation"] = pick(r, ["tanh", "relu", "sigmoid", "softsign", "hard_sigmoid", "elu"])
    if kind != "SimpleRNN" and maybe(r, 0.4):
        o["recurrent_activation"] = pick(r, ["sigmoid", "hard_sigmoid", "tanh", "softsign"])
    if kind == "GRU":
        o["reset_after"] = maybe(r)
    if kind == "LSTM" and maybe(r, 0.2):
        o["unit_forget_bias"] = False
    if maybe(r, 0.2):
        o["dropout"] = 0.3
        o["recurrent_dropout"] = 0.2
    return o


def rnn(k, r, sequences, steps=None, states=False, **more):
    """SimpleRNN, LSTM, GRU or RNN over cells; not yet wrapped."""
    L = k.layers
    o = {"return_sequences": sequences, "return_state": states}
    o.update(more)
    if maybe(r, 0.15) and "go_backwards" not in o:
        o["go_backwards"] = True
    if maybe(r, 0.15):
        o["zero_output_for_mask"] = True
    elif maybe(r, 0.1) and steps:
        o["unroll"] = True
    kind = pick(r, ["SimpleRNN", "LSTM", "GRU", "LSTM", "GRU", "RNN"])
    if kind != "RNN":
        if not is3(k) and maybe(r, 0.2):
            o["implementation"] = 1
        return getattr(L, kind)(size(r), **cell_options(k, r, kind), **o)
    cells = []
    for _ in range(size(r, 1, 3)):
        cell = pick(r, ["SimpleRNN", "LSTM", "GRU"])
        cells.append(getattr(L, cell + "Cell")(size(r), **cell_options(k, r, cell)))
    if len(cells) == 1 and maybe(r):
        return L.RNN(cells[0], **o)
    return L.RNN(L.StackedRNNCells(cells), **o)


def bidirectional(k, r, sequences, steps=None, states=False, merges=None, **more):
    L = k.layers
    merge = pick(r, merges or ["concat", "sum", "mul", "ave"])
    # Unrolled, with a mask and backwards Keras zeroes the wrong steps: refused, see the tests.
    forward = rnn(k, r, sequences, None, states, go_backwards=False, **more)
    if maybe(r, 0.25):
        kind = pick(r, ["SimpleRNN", "LSTM", "GRU"])
        units = size(r)
        make = lambda **o: getattr(L, kind)(
            units, return_sequences=sequences, return_state=states,
            **{**cell_options(k, r, kind), **o, **more})
        swapped = maybe(r, 0.3)
        return L.Bidirectional(
            make(go_backwards=swapped), merge_mode=merge,
            backward_layer=make(go_backwards=not swapped))
    if not is3(k) and maybe(r, 0.15) and not isinstance(forward, L.RNN):
        forward.go_backwards = True
    return L.Bidirectional(forward, merge_mode=merge)


def activation_layer(k, r, steps, masked):
    L = k.layers
    choices = [
        lambda: L.Activation(activation(k, r)),
        lambda: L.ReLU(max_value=pick(r, [None, 1.5]), negative_slope=pick(r, [0.0, 0.2]),
                       threshold=pick(r, [0.0, 0.3])),
        lambda: L.LeakyReLU(0.17),
        lambda: L.ELU(alpha=0.7),
        lambda: L.PReLU(shared_axes=[1]) if steps != 0 else L.PReLU(),
        lambda: L.Activation("softmax"),
    ]
    if not is3(k):
        choices.append(lambda: L.ThresholdedReLU(theta=0.31))
    if not masked:
        choices.append(lambda: L.Softmax())
        if steps:
            choices.append(lambda: L.Softmax(axis=1))
    return pick(r, choices)()


def norm(k, r):
    L = k.layers
    if maybe(r):
        return L.BatchNormalization(center=maybe(r, 0.8), scale=maybe(r, 0.8), epsilon=pick(r, [1e-3, 0.02]))
    return L.LayerNormalization(center=maybe(r, 0.8), scale=maybe(r, 0.8), epsilon=pick(r, [1e-3, 0.02]))


def idle(k, r, sequence):
    L = k.layers
    choices = [lambda: L.Dropout(0.3), lambda: L.GaussianNoise(0.1), lambda: L.GaussianDropout(0.2),
               lambda: L.AlphaDropout(0.2), lambda: L.ActivityRegularization(l2=0.01)]
    if sequence:
        choices.append(lambda: L.SpatialDropout1D(0.2))
    return pick(r, choices)()


def dense(k, r):
    L = k.layers
    act = activation(k, r) if maybe(r, 0.7) else pick(r, ["softmax", None])
    if maybe(r, 0.1):
        act = L.LeakyReLU(0.11)
    return L.Dense(size(r), activation=act, use_bias=maybe(r, 0.85))


def window(k, r, steps, features):
    """A layer that changes the steps; None if the sequence is too short for it."""
    L = k.layers
    if steps is not None and steps < 4:
        return None
    small = steps is not None
    choices = [
        lambda: L.Conv1D(size(r), size(r, 1, 3), strides=size(r, 1, 2), use_bias=maybe(r, 0.8),
                         padding=pick(r, ["valid", "same", "causal"]), activation=activation(k, r)),
        lambda: L.Conv1D(size(r), 2, dilation_rate=2, padding=pick(r, ["valid", "same", "causal"])),
        lambda: L.MaxPooling1D(2, strides=pick(r, [None, 1, 2]), padding=pick(r, ["valid", "same"])),
        lambda: L.AveragePooling1D(pick(r, [2, 3]), strides=pick(r, [None, 1]), padding=pick(r, ["valid", "same"])),
        lambda: L.ZeroPadding1D(pick(r, [1, (1, 2), (0, 1)])),
        lambda: L.UpSampling1D(2),
    ]
    if small:
        choices.append(lambda: L.Cropping1D(pick(r, [1, (1, 0), (0, 2)])))
    if features % 2 == 0:
        choices.append(lambda: L.Conv1D(4, 2, groups=2, padding="same"))
    return pick(r, choices)()


def chain(k, r, shape, masked, depth, **more):
    """Layers for a value of `shape` (None, T, F) or (None, F); gives them one by one.

    The generator is sent the shape and whether a mask is there after each layer. `more` goes to all
    recurrent layers: rnn4j wants either all of them stateful or none.
    """
    L = k.layers
    for _ in range(depth):
        layer = None
        if len(shape) == 3:
            steps, features = shape[1], shape[2]
            what = r.random()
            if what < 0.42:
                sequences = maybe(r, 0.7)
                layer = (bidirectional if maybe(r, 0.3) else rnn)(k, r, sequences, steps, **more)
            elif what < 0.52:
                layer = pick(r, [lambda: dense(k, r), lambda: L.TimeDistributed(dense(k, r))])()
            elif what < 0.60:
                layer = activation_layer(k, r, steps, masked)
            elif what < 0.68:
                layer = norm(k, r)
            elif what < 0.74:
                layer = idle(k, r, True)
            elif what < 0.90:
                layer = window(k, r, steps, features)
            elif steps is not None:
                layer = pick(r, [
                    lambda: L.Flatten(), lambda: L.Permute((2, 1)), lambda: L.GlobalMaxPooling1D(),
                    lambda: L.GlobalAveragePooling1D(), lambda: L.Reshape((steps * features, 1)),
                    lambda: L.Reshape((-1, steps)), lambda: L.PReLU(),
                    lambda: L.GlobalAveragePooling1D(keepdims=True),
                    lambda: L.GlobalMaxPooling1D(keepdims=True),
                    lambda: L.TimeDistributed(L.Activation("tanh")),
                ])()
            else:
                layer = pick(r, [lambda: L.GlobalMaxPooling1D(), lambda: L.GlobalAveragePooling1D()])()
        elif len(shape) == 2:
            layer = pick(r, [
                lambda: dense(k, r), lambda: activation_layer(k, r, 0, False), lambda: norm(k, r),
                lambda: idle(k, r, False), lambda: L.RepeatVector(size(r, 1, 4)),
                lambda: L.Reshape((shape[1], 1)), lambda: L.Reshape((1, -1)), lambda: L.PReLU(),
            ])()
        elif len(shape) == 4:
            layer = pick(r, [
                lambda: L.TimeDistributed(L.Conv1D(size(r), 2, activation="relu", padding="same")),
                lambda: L.TimeDistributed(L.MaxPooling1D(2)), lambda: L.TimeDistributed(L.Flatten()),
                lambda: L.TimeDistributed(L.GlobalAveragePooling1D()),
                lambda: L.TimeDistributed(L.Dense(size(r), activation="tanh")),
                lambda: L.TimeDistributed(L.Permute((2, 1))),
                lambda: L.TimeDistributed(L.ZeroPadding1D(1)),
            ])()
        if layer is not None:
            shape, masked = yield layer


def start(k, r):
    """An input and the layers right behind it: (input shape, ids?, layers, mask value or None)."""
    L = k.layers
    steps = pick(r, [None, size(r, 4, 8)])
    what = r.random()
    if what < 0.25:
        rows = size(r, 4, 12)
        mask_zero = maybe(r, 0.6)
        return (steps,), rows, [L.Embedding(rows, size(r), mask_zero=mask_zero)], 0 if mask_zero else None
    if what < 0.5:
        value = pick(r, [0.0, -1.0])
        return (steps, size(r)), None, [L.Masking(mask_value=value)], value
    if what < 0.6:
        return (size(r, 2, 4), size(r, 4, 6), size(r, 2, 4)), None, [], None
    return (steps, size(r)), None, [], None
