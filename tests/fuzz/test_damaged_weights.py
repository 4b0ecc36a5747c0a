"""Weights with random damage: one sentence or a network, no traceback, no abort, no gigabytes."""

import json
import struct

import h5py
import numpy as np
import pytest
import tensorflow as tf
from bundle_writer import entry, index_file
from fuzz.damage import ODD, cases, damaged, odd_value
from small_vgg import vgg_arrays, write_vgg

import inpaint_tf
from inpaint_tf.errors import InputError
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import save_model
from inpaint_tf.weights.variables import named_variables
from inpaint_tf.weights.vgg_files import load_features

pytestmark = pytest.mark.slow
MOST_BUILT = 30  # networks a test; all others are refused before one is built, or read alone


def sentence(work):
    """Does something that may be refused with a sentence of one line; whether it was not."""
    try:
        work()
    except InputError as error:
        assert "\n" not in str(error) and len(str(error)) < 2000
        return False
    return True


def with_odd_header(data, random):
    """A safetensors file in whose header something is odd, or damaged."""
    size = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
    metadata = header["__metadata__"]
    within = [name for name, text in metadata.items() if text.startswith("{")]
    kind = random.randint(5)
    if kind == 0:
        return damaged(data[: 8 + size], random) + body
    if kind == 1:
        return damaged(data, random)
    if kind == 2 and within:
        name = within[random.randint(len(within))]
        odd = odd_value(json.loads(metadata[name]), random)
        header = {**header, "__metadata__": {**metadata, name: json.dumps(odd)}}
    elif kind == 3:
        header = {**header, "__metadata__": odd_value(metadata, random)}
    else:
        header = odd_value(header, random)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


@pytest.fixture(scope="module")
def networks(tmp_path_factory):
    """A small network of each kind and the bytes of its file."""
    folder = tmp_path_factory.mktemp("networks")
    made = [
        inpaint_tf.create_model("deepfill_v1", width=2),
        inpaint_tf.create_model("deepfill_v2", width=4),
        inpaint_tf.create_model("partial_conv_unet", width=2, levels=3),
    ]
    for number, model in enumerate(made):
        save_model(folder / f"{number}.safetensors", model, provenance={"steps": 3})
    return [(m, (folder / f"{n}.safetensors").read_bytes()) for n, m in enumerate(made)]


def test_our_files(tmp_path, networks):
    path, built = tmp_path / "w.safetensors", 0
    for data in cases([data for _, data in networks], with_odd_header):
        path.write_bytes(data)
        if sentence(lambda: read_weights(path)) and built < MOST_BUILT:
            built += 1
            sentence(lambda: load_model(path))
    assert built


def test_feature_networks(tmp_path):
    path = tmp_path / "f.safetensors"
    write_vgg(path, vgg_arrays(), feature_divisor="2")
    seed = path.read_bytes()
    for data in cases([seed], with_odd_header):
        path.write_bytes(data)
        sentence(lambda: load_features(path, ("pool1", "aux2")))


def test_feature_networks_of_keras(tmp_path):
    path = tmp_path / "f.h5"
    with h5py.File(path, "w") as file:
        channels = 3
        for name in ("block1_conv1", "block1_conv2"):
            group = file.create_group(f"{name}/{name}")
            group.create_dataset("kernel:0", data=np.ones([3, 3, channels, 4], np.float32))
            group.create_dataset("bias:0", data=np.ones([4], np.float32))
            channels = 4
    seed = path.read_bytes()
    load_features(path, ("pool1",))
    for data in cases([seed]):
        path.write_bytes(data)
        sentence(lambda: load_features(path, ("pool1",)))


def tensors_of(model):
    """(name, shape, offset, size) of its variables, and their bytes one after the other."""
    entries, data = [], b""
    for name, variable in sorted(named_variables(model).items()):
        array = np.asarray(variable, np.float32).tobytes()
        entries.append((name, tuple(variable.shape), len(data), len(array)))
        data += array
    return entries, data


def test_checkpoints_of_the_authors(tmp_path, networks):
    """Numbers of the index are odd and its checksums right, or bytes are damaged."""
    stored = [tensors_of(model) for model, _ in networks[:2]]
    path = tmp_path / "s-0.index"

    def change(seed, random):
        entries, data = seed
        options = {"kind": 1, "shard": 0}
        number, kind = random.randint(len(entries)), random.randint(6)
        name, shape, offset, size = entries[number]
        odd = ODD[random.randint(10)]  # whole numbers; the largest do not fit and wrap
        if kind == 0:
            shape = [odd if random.randint(3) == 0 else side for side in shape][random.randint(2) :]
        elif kind == 1:
            offset = odd
        elif kind == 2:
            size = odd
        elif kind == 3:
            options[("kind", "shard")[random.randint(2)]] = odd % 2**31
        elif kind == 4:
            name = name[random.randint(len(name)) :]
        values = [(n, entry(s, o, b, data)) for n, s, o, b in entries]
        values[number] = (name, entry(shape, offset, size, data, **options))
        index = index_file(values)
        return (damaged(index, random) if kind == 5 else index), data

    for index, data in cases(stored, change):
        path.write_bytes(index)
        (tmp_path / "s-0.data-00000-of-00001").write_bytes(data)
        sentence(lambda: read_weights(tmp_path / "s-0"))
    entries, data = stored[0]
    path.write_bytes(index_file([(n, entry(s, o, b, data)) for n, s, o, b in entries]))
    (tmp_path / "s-0.data-00000-of-00001").write_bytes(data)
    again = load_model(tmp_path / "s-0")
    assert tf.reduce_any(again.trainable_variables[0] != 0)
