"""Trains a two-layer LSTM to forecast the yearly sunspot number one year ahead and writes, beside
this file, the TensorFlow 1.x checkpoint, scaling.json and golden.json with its arrays (see README.md)."""

import json
import os
import time
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
import tf_keras

tf1 = tf.compat.v1
tf1.disable_v2_behavior()
tf1.logging.set_verbosity(tf1.logging.ERROR)

HERE = Path(__file__).resolve().parent
SEED = 1
WINDOW = 30
FIRST_VALIDATION_YEAR, FIRST_TEST_YEAR, LAST_TEST_YEAR = 1910, 1950, 2008
OFFSET, SCALE = 45.0, 40.0  # round numbers near mean and deviation of the years before 1950
UNITS = (20, 30)
LEARNING_RATE = 0.01
BATCH = 32
PATIENCE = 20


def build():
    """The graph: two LSTM layers over the window, a dense unit on the last step."""
    tf1.reset_default_graph()
    tf1.set_random_seed(SEED)
    x = tf1.placeholder(tf.float32, [None, None, 1])
    y = tf1.placeholder(tf.float32, [None, 1])
    cell = tf1.nn.rnn_cell.MultiRNNCell([tf1.nn.rnn_cell.BasicLSTMCell(n) for n in UNITS])
    rnn_outputs, state = tf1.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    outputs = tf1.layers.dense(rnn_outputs[:, -1, :], 1)
    variables = tf1.trainable_variables()
    loss = tf.reduce_mean(tf.square(outputs - y))
    train = tf1.train.AdamOptimizer(LEARNING_RATE).minimize(loss)
    return x, y, rnn_outputs, state, outputs, variables, loss, train


def session():
    """A session on one thread, so that a seed gives the same weights each time."""
    s = tf1.Session(config=tf1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1))
    s.run(tf1.global_variables_initializer())
    return s


def epochs(s, graph, windows, targets):
    """Trains without end; yields after each pass over the windows."""
    x, y, train = graph[0], graph[1], graph[-1]
    rng = np.random.default_rng(SEED)
    while True:
        order = rng.permutation(len(windows))
        for i in range(0, len(order), BATCH):
            rows = order[i:i + BATCH]
            s.run(train, {x: windows[rows], y: targets[rows]})
        yield


def best_epoch(fit, validation):
    """The number of epochs after which the error on the validation years was least."""
    graph = build()
    x, y, loss = graph[0], graph[1], graph[-2]
    best, best_loss = 0, np.inf
    with session() as s:
        for epoch, _ in enumerate(epochs(s, graph, *fit), 1):
            value = s.run(loss, {x: validation[0], y: validation[1]})
            if value < best_loss:
                best, best_loss = epoch, value
            elif epoch - best >= PATIENCE:
                break
    print(f"validation: best RMSE {SCALE * np.sqrt(best_loss):.2f} after {best} epochs")
    return best


def record(s, graph, case, name, x_value, with_rnn_outputs):
    """Writes TensorFlow's results for one input; returns the outputs and the case for golden.json."""
    x, _, rnn_outputs, state, outputs = graph[:5]
    got_outputs, got_rnn, got_state = s.run([outputs, rnn_outputs, state], {x: x_value})

    def save(what, array):
        np.save(HERE / f"{case}_{what}.npy", array)
        return f"{case}_{what}.npy"

    expected = {"outputs": save("want_outputs", got_outputs)}
    if with_rnn_outputs:
        expected["rnn_outputs"] = save("want_rnn_outputs", got_rnn)
    expected["final_state"] = [
        {"h": save(f"want_final_state{i}_h", layer.h), "c": save(f"want_final_state{i}_c", layer.c)}
        for i, layer in enumerate(got_state)]
    return got_outputs, {
        "name": name, "inputs": {"x": save("x", x_value)}, "options": {}, "expected": expected,
        "tolerance": {"abs": 5e-6, "rel": 1e-6}}


def spec():
    return {
        "framework": "tensorflow",
        "layers": [{"cell": "basic_lstm", "units": n, "scope": f"rnn/multi_rnn_cell/cell_{i}/basic_lstm_cell"}
                   for i, n in enumerate(UNITS)],
        "head": {"kernel": "dense/kernel", "bias": "dense/bias", "units": 1, "activation": "none",
                 "input": "last_step"}}


def write_json(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1) + "\n")


def print_errors(name, error):
    print(f"{name}: MAE {np.mean(np.abs(error)):.2f}, RMSE {np.sqrt(np.mean(error ** 2)):.2f}")


def main():
    started = time.time()
    versions = {"tensorflow": tf.__version__, "tf_keras": tf_keras.__version__, "numpy": np.__version__}
    print(versions)

    table = np.loadtxt(HERE / "sunspots.csv", delimiter=",", skiprows=1)
    series = ((table[:, 1] - OFFSET) / SCALE).astype(np.float32)
    years = table[WINDOW:, 0]
    windows = np.lib.stride_tricks.sliding_window_view(series[:-1], WINDOW)[..., None]
    targets = series[WINDOW:, None]

    def part(first, last):
        rows = (years >= first) & (years <= last)
        return windows[rows], targets[rows]

    count = best_epoch(part(years[0], FIRST_VALIDATION_YEAR - 1), part(FIRST_VALIDATION_YEAR, FIRST_TEST_YEAR - 1))

    graph = build()
    test_windows, test_targets = part(FIRST_TEST_YEAR, LAST_TEST_YEAR)
    with session() as s:
        training = epochs(s, graph, *part(years[0], FIRST_TEST_YEAR - 1))
        for _ in range(count):
            next(training)
        saver = tf1.train.Saver(graph[5], save_relative_paths=True)
        saver.save(s, str(HERE / "model.ckpt"), write_meta_graph=False)
        forecast, test_case = record(s, graph, "c0", "test_years_1950_2008", test_windows, False)
        _, series_case = record(s, graph, "c1", "series_in_three_parts", series.reshape(3, -1, 1), True)

    write_json("scaling.json", {"offset": OFFSET, "scale": SCALE, "window": WINDOW,
                                "first_test_year": FIRST_TEST_YEAR, "last_test_year": LAST_TEST_YEAR})
    write_json("golden.json", {
        "schema": "rnn-golden/1", "id": "examples/sunspots", "format": "tf1-checkpoint", "model": "model.ckpt",
        "writer": {**versions, "api": "tf.compat.v1 graph mode, control flow v1"},
        "note": "x and outputs are scaled: (sunspot number - offset) / scale, see scaling.json",
        "spec": spec(), "cases": [test_case, series_case], "streaming": True})

    print_errors("model, test years", SCALE * (forecast.astype(np.float64) - test_targets))
    print_errors("persistence, test years", SCALE * (test_windows[:, -1].astype(np.float64) - test_targets))
    print(f"{time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
