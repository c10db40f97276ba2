"""cuDNN through PyTorch: one CSV line a problem, "PyTorch,problem,precision,device us,host us". Run by tools/gpu-check.

    python3 -m cudnn cuda|cpu SECONDS fp32|tf32|fp16|bf16 PROBLEM..

The path that PyTorch chooses, not every algorithm of cuDNN. cpu is for the plumbing alone."""

import statistics
import sys
import time

import torch
from problems import parse

TYPES = {"fp32": torch.float32, "tf32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def network(sizes, device, dtype):
    kinds = {"lstm": torch.nn.LSTM, "gru-ra": torch.nn.GRU, "rnn": torch.nn.RNN}
    if sizes["cell"] not in kinds:
        raise ValueError(f"cell {sizes['cell']}: cuDNN has {', '.join(kinds)}")
    torch.manual_seed(1)
    return kinds[sizes["cell"]](
        sizes["i"], sizes["h"], sizes["l"], batch_first=True, bidirectional=sizes["d"] == 2
    ).to(device=device, dtype=dtype)


def check(net, x):
    """Against the same network on the CPU in double precision, three steps long."""
    found = net(x[:, :3])[0].double().cpu()
    state = {name: value.double().cpu() for name, value in net.state_dict().items()}
    twin = type(net)(net.input_size, net.hidden_size, net.num_layers, batch_first=True,
                     bidirectional=net.bidirectional).double()
    twin.load_state_dict(state)
    difference = (found - twin(x[:, :3].double().cpu())[0]).abs().max().item()
    if not difference < 0.05:
        raise ArithmeticError(f"PyTorch differs from itself on the CPU by {difference}")


def device_seconds(call, repeats):
    times = []
    for _ in range(repeats):
        start, stop = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        call()
        stop.record()
        stop.synchronize()
        times.append(start.elapsed_time(stop) / 1000)
    return statistics.median(times)


def host_seconds(call, seconds):
    times = []
    while sum(times) < seconds or len(times) < 5:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(text, device, precision, seconds):
    sizes = parse(text)
    net = network(sizes, device, TYPES[precision])
    host = torch.rand(sizes["b"], sizes["t"], sizes["i"], dtype=TYPES[precision]) * 2 - 1
    x = host.to(device)
    check(net, x)
    for _ in range(3):
        net(x)
    whole = host_seconds(lambda: net(host.to(device))[0].cpu(), seconds)
    on_device = device_seconds(lambda: net(x), max(3, min(200, int(seconds / whole)))) if device == "cuda" else whole
    print(f"PyTorch,{text},{precision},{on_device * 1e6:.3f},{whole * 1e6:.3f}", flush=True)


def main():
    device, seconds, precision = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    with torch.inference_mode():
        for text in sys.argv[4:]:
            measure(text, device, precision, seconds)


if __name__ == "__main__":
    main()
