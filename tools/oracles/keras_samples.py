"""Writes the small Keras files that the tests of rnn4j-formats damage, in every form of HDF5.

    python keras_samples.py ../../java/rnn4j-formats/src/test/resources/keras

Needs tensorflow-cpu 2.19.1 with tf_keras 2.19.0, keras 3.x and h5py 3.x.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import h5py  # noqa: E402
import keras  # noqa: E402
import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402
import tf_keras  # noqa: E402


def model(k):
    L = k.layers
    ids = k.Input((4,), name="ids")
    x = L.Embedding(5, 2, mask_zero=True)(ids)
    return k.Model(ids, L.GRU(2)(x), name="sample")


def copy(source, target, **how):
    """The same groups, attributes and arrays, written otherwise."""
    for key, value in source.attrs.items():
        target.attrs[key] = value
    for name, item in source.items():
        if isinstance(item, h5py.Group):
            copy(item, target.create_group(name, track_order=how.get("track_order", False)), **how)
        else:
            options = {}
            if name in ("embeddings:0", "bias:0"):
                chunks = tuple(max(1, (n + 1) // 2) for n in item.shape)
                options = dict(chunks=chunks, compression="gzip", shuffle=True, fletcher32=True)
            target.create_dataset(name, data=item[()], **options)


def keras1(path):
    """As Keras 1.2 wrote them: a matrix for each gate, texts of any length as attributes."""
    config = (
        '{"class_name": "Sequential", "keras_version": "1.2.2", "config": [{"class_name": "LSTM",'
        ' "config": {"name": "lstm_1", "batch_input_shape": [null, null, 2], "output_dim": 2,'
        ' "inner_activation": "hard_sigmoid", "activation": "tanh", "consume_less": "cpu",'
        ' "return_sequences": false, "go_backwards": false, "stateful": false}}]}')
    r = np.random.default_rng(1)
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = "1.2.2"
        f.attrs["model_config"] = config
        weights = f.create_group("model_weights")
        weights.attrs["layer_names"] = np.array([b"lstm_1"])
        group = weights.create_group("lstm_1")
        names = []
        for gate in "icfo":
            for kind, shape in (("W", (2, 2)), ("U", (2, 2)), ("b", (2,))):
                name = "lstm_1_%s_%s" % (kind, gate)
                names.append(name.encode())
                group[name] = r.standard_normal(shape).astype(np.float32)
        group.attrs["weight_names"] = np.array(names)


def kinds(path):
    """Arrays of every type and layout, in the blocks of newer releases of HDF5."""
    with h5py.File(path, "w", libver="v110") as f:
        f["half"] = np.array([0.5, -2], np.float16)
        f["double"] = np.array([[1, 2], [3, 4]], ">f8")
        f["scalar"] = np.float32(2)
        kind = h5py.h5t.IEEE_F16LE.copy()
        kind.set_fields(15, 7, 8, 0, 7)
        kind.set_ebias(127)
        space = h5py.h5s.create_simple((2,))
        h5py.h5d.create(f.id, b"bfloat16", kind, space).write(
            h5py.h5s.ALL, h5py.h5s.ALL, np.array([1.5, -3], np.float32))
        data = np.arange(35, dtype=np.float32).reshape(5, 7)
        f.create_dataset("chunks", data=data, chunks=(2, 3), compression="gzip", shuffle=True)
        f.create_dataset("unwritten", shape=(4,), dtype=np.float32)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact).write(
            h5py.h5s.ALL, h5py.h5s.ALL, np.array([7, 8], np.float32))
        f["deep/a/b/vars/0"] = np.zeros(2, np.float32)


def unusual(folder):
    """What no release of Keras writes: refused."""
    with h5py.File(os.path.join(folder, "indexed.h5"), "w", libver="v110") as f:
        for k in range(12):
            f["array%02d" % k] = np.full((2,), k, np.float32)
    with h5py.File(os.path.join(folder, "growing.h5"), "w", libver="v110") as f:
        f.create_dataset("growing", data=np.arange(6, dtype=np.float32), maxshape=(None,), chunks=(2,))
    with h5py.File(os.path.join(folder, "types.h5"), "w") as f:
        f["type"] = np.dtype("f4")
        f.create_dataset("shared", data=np.zeros(2, np.float32), dtype=f["type"])
    with h5py.File(os.path.join(folder, "opaque.h5"), "w") as f:
        f["layers/gru/cell/vars/0"] = np.array([1.5, -3], ml_dtypes.bfloat16)
    with h5py.File(os.path.join(folder, "linked.h5"), "w") as f:
        f["a/x"] = np.zeros(2, np.float32)
        f["b"] = f["a"]


def main(folder):
    print("keras", keras.__version__, "tf_keras", tf_keras.__version__, "h5py", h5py.__version__)
    os.makedirs(folder, exist_ok=True)
    at = lambda name: os.path.join(folder, name)
    keras.utils.set_random_seed(1)
    two, three = model(tf_keras), model(keras)
    two.save(at("keras2.h5"))
    two.save_weights(at("keras2_weights.h5"))
    three.save(at("keras3.h5"))
    three.save(at("keras3.keras"))
    three.save_weights(at("keras3.weights.h5"))
    keras1(at("keras1.h5"))
    kinds(at("kinds.h5"))
    unusual(folder)
    with h5py.File(at("keras2.h5")) as source:
        for libver, name in (("earliest", "packed_earliest.h5"), ("v110", "packed_v110.h5")):
            with h5py.File(at(name), "w", libver=libver, track_order=libver == "v110") as target:
                copy(source, target, track_order=libver == "v110")
    for name in sorted(os.listdir(folder)):
        print("%6d %s" % (os.path.getsize(at(name)), name))


if __name__ == "__main__":
    main(sys.argv[1])
