#!/usr/bin/env python3
"""Writes random TensorFlow 1.x models as golden folders, for rnn4j to be compared with. By hand:

    python3 -m venv VENV && VENV/bin/pip install tensorflow-cpu tf_keras
    VENV/bin/python tools/oracles/tf1_roundtrip.py --out OUT --count 240 --seed 1
    ./rnn4j verify --strict OUT

Each model is a graph of tf.compat.v1 cells and loops, run by TensorFlow in float32, and saved as
frozen graph, as SavedModel, and, where a spec can say all of it, as checkpoint. OUT is made anew.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import traceback
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np
import tensorflow as tf
import tf_keras

import tf1_models

v1 = tf.compat.v1
v1.disable_eager_execution()
v1.disable_control_flow_v2()
v1.logging.set_verbosity(v1.logging.ERROR)

TOLERANCE = {"abs": 2e-6, "rel": 2e-6}
WRITER = {
    "tensorflow": tf.__version__, "tf_keras": tf_keras.__version__, "numpy": np.__version__,
    "api": "tf.compat.v1 graph mode, control flow v1"}


def feed(model, arrays):
    feed = {model.feeds[k]: arrays[k] for k in model.feeds}
    for state, values in zip(model.states, arrays["states"]):
        feed.update({state[k]: values[k] for k in state})
    feed.update(model.extra)
    return feed


def state_names(states):
    return [{k: t.name for k, t in s.items()} for s in states]


def record_cases(model, session, folder):
    """Runs the model and writes arrays; the cases without options."""
    cases = []
    for number, arrays in enumerate(model.cases):
        output, final = session.run([model.output, model.final], feed(model, arrays))
        save = lambda name, a: np.save(folder / name, np.ascontiguousarray(a)) or name
        inputs = {k: save(f"c{number}_{k}.npy", arrays[k]) for k in model.feeds}
        if model.states:
            inputs["initial_state"] = [
                {k: save(f"c{number}_initial{n}_{k}.npy", a) for k, a in s.items()}
                for n, s in enumerate(arrays["states"])]
        expected = {"outputs": save(f"c{number}_outputs.npy", output)}
        if final:
            expected["final_state"] = [
                {k: save(f"c{number}_final{n}_{k}.npy", a) for k, a in s.items()}
                for n, s in enumerate(final)]
        cases.append({"name": f"c{number}", "inputs": inputs, "options": {},
                      "expected": expected, "tolerance": TOLERANCE})
    return cases


def golden(folder, model, form, file, cases, options, spec=None):
    for c in cases:
        c["options"] = dict(options)
        if model.time_major:
            c["options"]["time_major"] = True
    content = {
        "schema": "rnn-golden/1", "id": f"{folder.parent.name}/{folder.name}", "format": form,
        "model": file, "writer": WRITER, "cases": cases, "note": ", ".join(model.note)}
    if model.may_refuse:
        content["may_refuse"] = model.may_refuse
    if spec:
        content["spec"] = spec
    elif model.streaming:
        content["streaming"] = True
    (folder / "golden.json").write_text(json.dumps(content, indent=1))


def graph_options(model, keys):
    feeds = {k: keys[t.name] for k, t in model.feeds.items()}
    if model.states:
        feeds["initial_state"] = [
            {k: keys[t.name] for k, t in s.items()} for s in model.states]
    options = {"feeds": feeds, "output": keys[model.output.name]}
    if model.final:
        options["state_outputs"] = [
            {k: keys.get(t.name, t.name) for k, t in s.items()} for s in model.final]
    return options


def frozen(model, session, out, name):
    folder = out / f"{name}_graph"
    folder.mkdir(parents=True)
    cases = record_cases(model, session, folder)
    wanted = [model.output] + [t for s in model.final for t in s.values()]
    graph = v1.graph_util.convert_variables_to_constants(
        session, session.graph.as_graph_def(), sorted({t.op.name for t in wanted}))
    (folder / "frozen.pb").write_bytes(graph.SerializeToString())
    names = {t.name: t.name[:-2] if t.name.endswith(":0") else t.name
             for t in wanted + list(model.feeds.values()) + [t for s in model.states for t in s.values()]}
    golden(folder, model, "tf-frozen-graph", "frozen.pb", cases, graph_options(model, names))


def saved(model, session, out, name, strip):
    folder = out / f"{name}_saved"
    folder.mkdir(parents=True)
    cases = record_cases(model, session, folder)
    ins = list(model.feeds.values()) + [t for s in model.states for t in s.values()]
    inputs = {f"in_{k}": t for k, t in enumerate(ins)}
    outputs = {"result": model.output}
    keys = {t.name: k for k, t in inputs.items()}
    keys[model.output.name] = "result"
    signature = v1.saved_model.signature_def_utils.predict_signature_def(inputs, outputs)
    builder = v1.saved_model.builder.SavedModelBuilder(str(folder / "model"))
    builder.add_meta_graph_and_variables(
        session, ["serve"], signature_def_map={"serving_default": signature},
        strip_default_attrs=strip)
    builder.save()
    options = graph_options(model, keys)
    options["signature"] = "serving_default"
    golden(folder, model, "tf-saved-model", "model", cases, options)


def checkpoint(model, session, out, name):
    folder = out / f"{name}_checkpoint"
    folder.mkdir(parents=True)
    cases = record_cases(model, session, folder)
    v1.train.Saver(v1.global_variables()).save(
        session, str(folder / "model.ckpt"), write_meta_graph=False)
    (folder / "checkpoint").unlink()
    golden(folder, model, "tf1-checkpoint", "model.ckpt", cases, {}, model.spec)


def one(out, number, seed):
    rng = random.Random(seed * 100003 + number)
    name = f"m{number:04d}"
    with tf.Graph().as_default():
        v1.set_random_seed(rng.randint(0, 2**31))
        with v1.variable_scope("", initializer=v1.random_uniform_initializer(-0.6, 0.6)):
            model = tf1_models.build(rng)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for v in v1.global_variables():  # biases begin with 0, which hides their order
                session.run(v.assign(np.random.default_rng(rng.randint(0, 2**31)).uniform(
                    -0.6, 0.6, v.shape.as_list())) if "bias" in v.name else tf.no_op())
            frozen(model, session, out, name)
            forms = ["frozen graph"]
            if rng.random() < 0.5:
                saved(model, session, out, name, rng.random() < 0.5)
                forms.append("SavedModel")
            if model.spec:
                checkpoint(model, session, out, name)
                forms.append("checkpoint")
    return forms, model.note


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--count", default=240, type=int)
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--only", type=int)
    a = parser.parse_args()
    out = a.out / "tf1_random"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    print("versions", json.dumps(WRITER), "seed", a.seed)
    forms, failed = Counter(), 0
    for number in range(a.count) if a.only is None else [a.only]:
        try:
            made, note = one(out, number, a.seed)
            forms.update(made)
            print(number, ", ".join(note), flush=True)
        except Exception:
            failed += 1
            print("NOT MADE", number)
            traceback.print_exc(limit=-3)
    print("models", a.count - failed, "not made", failed, dict(forms))


if __name__ == "__main__":
    main()
