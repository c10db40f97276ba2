"""Random PyTorch modules, exported to ONNX by both of PyTorch's exporters."""

import io
import logging
import warnings

import numpy as np
import onnx
import torch
from torch import nn

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Net(nn.Module):
    """Embedding or a convolution (maybe), recurrent layers, a head (maybe)."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        width = c["inputs"]
        if c["rows"]:
            self.embedding = nn.Embedding(c["rows"], width)
        if c["front"] == "conv":
            self.conv = nn.Conv1d(width, c["channels"], c["kernel"], padding=c["padding"], stride=c["stride"])
            self.norm = nn.BatchNorm1d(c["channels"])
            self.pool = nn.MaxPool1d(2) if c["pool"] else nn.Identity()
            width = c["channels"]
        elif c["front"] == "linear":
            self.linear = nn.Linear(width, c["channels"])
            width = c["channels"]
        elif c["front"] == "norm":
            self.norm = nn.LayerNorm(width)
        options = dict(num_layers=c["layers"], batch_first=c["batch_first"], bidirectional=c["bidirectional"], bias=c["bias"], dropout=0.1 if c["layers"] > 1 else 0)
        if c["kind"] == "rnn":
            options["nonlinearity"] = c["nonlinearity"]
        self.rnn = KINDS[c["kind"]](width, c["units"], **options)
        directions = 2 if c["bidirectional"] else 1
        out = c["units"] * directions
        if c["head"] == "final" and c["layers"] * directions > 1 and c["all_layers"]:
            out = c["units"] * directions * c["layers"]
        if c["after"] == "norm":
            self.after = nn.LayerNorm(out)
        elif c["after"] == "batch":
            self.after = nn.BatchNorm1d(out)
        elif c["after"] == "gelu":
            self.after = nn.GELU()
        else:
            self.after = {"relu": nn.ReLU, "silu": nn.SiLU, "hardswish": nn.Hardswish}.get(c["after"], nn.Identity)()
        self.fc = nn.Linear(out, c["out"]) if c["fc"] else nn.Identity()
        self.final = {"softmax": lambda: nn.Softmax(dim=-1), "log": lambda: nn.LogSoftmax(dim=-1), "sigmoid": nn.Sigmoid}.get(c["final"], nn.Identity)()

    def forward(self, x, *states):
        c = self.c
        if c["rows"]:
            x = self.embedding(x)
        if c["front"] == "conv":
            x = x.transpose(1, 2) if c["batch_first"] else x.permute(1, 2, 0)
            x = self.pool(torch.relu(self.norm(self.conv(x))))
            x = x.transpose(1, 2) if c["batch_first"] else x.permute(2, 0, 1)
        elif c["front"] == "linear":
            x = torch.tanh(self.linear(x))
        elif c["front"] == "norm":
            x = self.norm(x)
        if c["states"] == "input":
            state = states if c["kind"] == "lstm" else states[0]
            y, last = self.rnn(x, tuple(state) if c["kind"] == "lstm" else state)
        elif c["states"] == "zeros":
            b = x.size(0) if c["batch_first"] else x.size(1)
            d = c["layers"] * (2 if c["bidirectional"] else 1)
            zeros = torch.zeros(d, b, c["units"], device=x.device)
            y, last = self.rnn(x, (zeros, zeros) if c["kind"] == "lstm" else zeros)
        else:
            y, last = self.rnn(x)
        h = last[0] if c["kind"] == "lstm" else last
        head = c["head"]
        if head == "last":
            z = y[:, -1] if c["batch_first"] else y[-1]
        elif head == "final":
            if c["all_layers"]:
                z = h.transpose(0, 1).reshape(h.size(1), -1)
            elif c["bidirectional"]:
                z = torch.cat((h[-2], h[-1]), dim=1)
            else:
                z = h[-1]
        elif head == "mean":
            z = y.mean(dim=1 if c["batch_first"] else 0)
        elif head == "max":
            z = y.max(dim=1 if c["batch_first"] else 0)[0]
        elif head == "sum":
            a, b = y.chunk(2, dim=-1)
            z = a + b
        elif head == "view":
            z = y.reshape(-1, y.size(2))
        else:
            z = y
        z = self.final(self.fc(self.after(z)))
        if head == "view" and c["view_back"]:
            z = z.view(y.size(0), y.size(1), -1)
        if c["squeeze"] and c["out"] == 1 and c["fc"]:
            z = z.squeeze(-1)
        if not c["give_states"]:
            return z
        return (z, *last) if c["kind"] == "lstm" else (z, last)


def choose(r):
    bidirectional = r.random() < 0.35
    heads = ["all", "all", "last", "final", "mean", "max", "view"] + (["sum"] if bidirectional else [])
    head = r.choice(heads)
    rows = r.randint(4, 12) if r.random() < 0.35 else 0
    after = r.choice(["none", "none", "norm", "gelu", "relu", "silu", "hardswish"])
    if head in ("last", "final", "view") and r.random() < 0.2:
        after = "batch"
    if head == "sum":
        after = "none"
    return {
        "kind": r.choice(list(KINDS)),
        "inputs": r.randint(2, 5),
        "rows": rows,
        "front": r.choice(["none", "none", "none", "conv", "linear", "norm"]),
        "channels": r.randint(2, 5),
        "kernel": r.choice([1, 2, 3]),
        "padding": r.choice([0, 1, "same"]),
        "stride": 1,
        "pool": r.random() < 0.5,
        "layers": r.choice([1, 1, 2, 3]),
        "units": r.randint(2, 6),
        "bias": r.random() < 0.85,
        "batch_first": r.random() < 0.65,
        "bidirectional": bidirectional,
        "nonlinearity": r.choice(["tanh", "relu"]),
        "states": r.choice(["none", "none", "zeros", "input"]),
        "give_states": r.random() < 0.3,
        "head": head,
        "all_layers": r.random() < 0.3,
        "after": after,
        "fc": head != "sum" and r.random() < 0.7,
        "out": r.randint(1, 5),
        "final": r.choice(["none", "softmax", "log", "sigmoid"]),
        "view_back": r.random() < 0.5,
        "squeeze": r.random() < 0.5,
        "batch": r.randint(1, 3),
        "steps": r.randint(4, 7),
        "dynamic": r.choice(["none", "batch", "both", "both"]),
        "fold": r.random() < 0.7,
        "opset": r.choice([9, 11, 12, 13, 14, 15, 16, 17, 18, 20]),
    }


def prepare(r):
    c = choose(r)
    torch.manual_seed(r.randrange(2**31))
    net = Net(c)
    with torch.no_grad():
        for p in net.parameters():
            p.uniform_(-0.5, 0.5)
        for name, b in net.named_buffers():
            if "running_var" in name:
                b.uniform_(0.5, 2)
            elif "running_mean" in name:
                b.uniform_(-0.5, 0.5)
    net.eval()
    d = c["layers"] * (2 if c["bidirectional"] else 1)

    def arrays(b, t):
        lead = (b, t) if c["batch_first"] else (t, b)
        x = torch.randint(c["rows"], lead) if c["rows"] else torch.rand(*lead, c["inputs"]) * 2 - 1
        states = []
        if c["states"] == "input":
            states = [torch.rand(d, b, c["units"]) - 0.5 for _ in range(2 if c["kind"] == "lstm" else 1)]
        return [x] + states

    names = ["x"] + (["h0", "c0"][: 2 if c["kind"] == "lstm" else 1] if c["states"] == "input" else [])
    outputs = ["y"] + ((["hn", "cn"] if c["kind"] == "lstm" else ["hn"]) if c["give_states"] else [])
    return c, net, arrays, names, outputs


def made(r, c, model, arrays, names, exporter):
    sizes = [(c["batch"], c["steps"])]
    if c["dynamic"] != "none":
        sizes.append((r.randint(2, 4), r.randint(4, 8) if c["dynamic"] == "both" else c["steps"]))
    kept = [i.name for i in model.graph.input]
    cases = []
    for size in sizes:
        feed = {n: a.numpy() for n, a in zip(names, arrays(*size))}
        cases.append({n: feed[n] for n in kept})
    note = ", ".join(f"{k}={v}" for k, v in c.items())
    return {
        "model": model,
        "runner": None,
        "cases": cases,
        "note": f"{exporter}: {note}",
        "tolerance": {"abs": 2e-5, "rel": 2e-5},
    }


def axes(c, names, outputs):
    b, t = (0, 1) if c["batch_first"] else (1, 0)
    every = {}
    for n in names:
        every[n] = {1: "batch"} if n in ("h0", "c0") else {b: "batch"}
    if c["dynamic"] == "both":
        every["x"][t] = "time"
    return every


def make_torchscript(r, rng):
    c, net, arrays, names, outputs = prepare(r)
    dynamic = None if c["dynamic"] == "none" else axes(c, names, outputs)
    file = io.BytesIO()
    inputs = arrays(c["batch"] if not dynamic else max(2, c["batch"]), c["steps"])
    torch.onnx.export(
        net,
        tuple(inputs),
        file,
        input_names=names,
        output_names=outputs,
        dynamic_axes=dynamic,
        opset_version=c["opset"],
        do_constant_folding=c["fold"],
        dynamo=False,
    )
    model = onnx.load_from_string(file.getvalue())
    return made(r, c, model, arrays, names, "TorchScript exporter")


def make_dynamo(r, rng):
    c, net, arrays, names, outputs = prepare(r)
    c["opset"] = max(18, c["opset"])
    shapes = None
    if c["dynamic"] != "none":
        given = axes(c, names, outputs)
        batch, time = torch.export.Dim("batch", min=1, max=64), torch.export.Dim("time", min=4, max=64)
        dims = {"batch": batch, "time": time}
        of = [{k: dims[v] for k, v in given[n].items()} for n in names]
        shapes = (of[0], tuple(of[1:])) if len(of) > 1 else (of[0],)
    program = torch.onnx.export(
        net,
        tuple(arrays(max(2, c["batch"]) if shapes else c["batch"], c["steps"])),
        input_names=names,
        output_names=outputs,
        dynamic_shapes=shapes,
        opset_version=c["opset"],
        dynamo=True,
        verbose=False,
    )
    return made(r, c, program.model_proto, arrays, names, "dynamo exporter")
