"""The problems that are measured, in the notation of `rnn4j bench`."""

TINY = ["lstm b2 t3 i4 h8", "gru-ra b1 t2 i4 h5"]

# design target 9, 1, 8 of the service cases; streaming; what cuDNN has no fast way for.
SERVICE = [
    "lstm b256 t24 i128 h128",
    "lstm b1 t1 i512 h512",
    "lstm b16 t1024 i768 h768",
    "lstm l2 d2 b32 t60 i293 h128",
    "lstm b1 t100 i128 h128",
    "lstm b64 t100 i192 h192",
    "gru-ra b1 t100 i512 h512",
    "lstm l4 b1 t100 i512 h512",
    "lstm d2 b1 t100 i1024 h1024",
    "rnn b32 t50 i1024 h1024",
]


def deepbench():
    """DeepBench's inference list: 69 of the server set, 3 of the device set; I = H."""
    sizes = [("lstm", h, t) for h, t in ((512, 25), (1024, 25), (2048, 25), (1536, 50), (256, 150))]
    sizes += [("gru-ra", h, t) for h in (2816, 2048, 1536, 2560) for t in (1500, 750, 375, 187)]
    sizes += [("gru-ra", 512, 1), ("gru-ra", 1024, 1500)]
    server = [f"{cell} b{b} t{t} i{h} h{h}" for cell, h, t in sizes for b in (1, 2, 4)]
    return server + ["rnn b1 t672 i32 h32", "rnn b1 t96 i64 h64"]  # the third of the device set is in the server's


def grid():
    """Batch, units, steps and layers around the edges of the kernels."""
    all_of_them = [f"lstm b{b} t25 i{h} h{h}" for b in (1, 8, 32, 128, 512) for h in (64, 192, 256, 512, 1024)]
    return all_of_them + [f"lstm l{layers} b{b} t25 i512 h512" for layers in (2, 4) for b in (1, 32)]


def parse(text):
    """{'cell', 'l', 'd', 'b', 't', 'i', 'h'} of a problem."""
    words = text.split()
    sizes = {"cell": words[0], "l": 1, "d": 1, "b": 1, "t": 1}
    sizes.update({word[0]: int(word[1:]) for word in words[1:]})
    sizes.setdefault("i", sizes["h"])
    return sizes
