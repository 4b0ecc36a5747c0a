"""Feature networks from files: what is in them, and what is refused."""

import h5py
import keras
import numpy as np
import pytest
from seeded import seed_weights
from small_vgg import BLOCKS, vgg_arrays, write_vgg

from inpaint_tf.errors import InputError
from inpaint_tf.models.vgg import CAFFE_DIVISOR, VggFeatures, VggWeights
from inpaint_tf.weights import vgg_files
from inpaint_tf.weights.vgg_files import load_features

IMAGE = np.random.default_rng(1).uniform(size=[2, 16, 24, 3]).astype(np.float32)


def maps_of(network):
    return [np.asarray(each) for each in network(IMAGE)]


@pytest.mark.parametrize("padding", ["reflect", "zeros"])
def test_safetensors_with_conv0_and_aux(tmp_path, padding):
    arrays = vgg_arrays()
    path = write_vgg(tmp_path / "net.safetensors", arrays, padding=padding, feature_divisor="2")
    names = ("pool1", "pool2", "pool3", "aux2")
    padding = {"zeros": "same"}.get(padding, padding)
    want = maps_of(VggFeatures(VggWeights(arrays, BLOCKS, padding, "none", 2.0), names))
    for got, each in zip(maps_of(load_features(path, names)), want):
        np.testing.assert_array_equal(got, each)


@pytest.mark.parametrize("preprocessing, divisor", [("caffe", CAFFE_DIVISOR), ("torch", 1.0)])
def test_safetensors_without_conv0_says_how_pictures_are_prepared(tmp_path, preprocessing, divisor):
    arrays = vgg_arrays(conv0=False, aux=False)
    path = write_vgg(tmp_path / "net.safetensors", arrays, preprocessing=preprocessing)
    want = VggFeatures(VggWeights(arrays, BLOCKS, "reflect", preprocessing, divisor))
    for got, each in zip(maps_of(load_features(path)), maps_of(want)):
        np.testing.assert_array_equal(got, each)


def test_conv0_that_makes_0_to_255_tells_the_divisor(tmp_path):
    arrays = vgg_arrays()
    arrays["conv0/kernel"] = 255 * np.eye(3, dtype=np.float32)[None, None, ::-1]
    path = write_vgg(tmp_path / "net.safetensors", arrays)
    assert load_features(path).divisor == pytest.approx(CAFFE_DIVISOR)


def write_keras(path, wrapped):
    """VGG-16's first blocks, laid out as in Keras's own file, or within a saved model."""
    arrays, channels = {}, 3
    draw = np.random.default_rng(5)
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if wrapped else file
        root.create_group("block1_pool")
        for block, count in enumerate((2, 2, 3), 1):
            for number in range(1, count + 1):
                kernel = draw.normal(size=[3, 3, channels, 4]).astype(np.float32)
                bias = draw.normal(size=[4]).astype(np.float32)
                name = f"block{block}_conv{number}"
                group = root.create_group(f"{name}/{name}" if wrapped else name)
                group["kernel:0" if wrapped else f"{name}_W_1:0"] = kernel
                group["bias:0" if wrapped else f"{name}_b_1:0"] = bias
                arrays[f"conv{block}_{number}/kernel"] = kernel
                arrays[f"conv{block}_{number}/bias"] = bias
                channels = 4
    return arrays


@pytest.mark.parametrize("wrapped", [False, True])
def test_keras_file(tmp_path, wrapped):
    path = tmp_path / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    arrays = write_keras(path, wrapped)
    want = VggFeatures(VggWeights(arrays, (2, 2, 3), "same", "caffe", CAFFE_DIVISOR))
    for got, each in zip(maps_of(load_features(path)), maps_of(want)):
        np.testing.assert_array_equal(got, each)


def test_by_name_through_keras(monkeypatch):
    def made(include_top, weights):
        assert (include_top, weights) == (False, "imagenet")
        seed_weights(3)
        return keras.applications.VGG19(include_top=False, weights=None)

    monkeypatch.setitem(vgg_files.APPLICATIONS, "vgg19", made)
    network = load_features("vgg19", ("pool3",))
    kernel = made(False, "imagenet").get_layer("block3_conv4").get_weights()[0]
    np.testing.assert_array_equal(network.convolutions["conv3_4"].get_weights()[0], kernel)


def test_without_network_both_ways_are_told(monkeypatch):
    def failing(include_top, weights):
        raise Exception("URL fetch failure on https://example.org: None -- no name")

    monkeypatch.setitem(vgg_files.APPLICATIONS, "vgg16", failing)
    with pytest.raises(
        InputError, match="start once with a network connection, or give a file: .*notop.h5"
    ):
        load_features("vgg16")


def changed(**changes):
    arrays = {**vgg_arrays(), **changes}
    return {name: array for name, array in arrays.items() if array is not None}


WRONG = {
    "lacks conv2_2/kernel, conv2_2/bias": (
        changed(**{"conv2_2/kernel": None, "conv2_2/bias": None}),
        {},
    ),
    "conv2_1/kernel has shape (3, 3, 7, 6), expected (3, 3, 4, N)": (
        changed(**{"conv2_1/kernel": np.zeros([3, 3, 7, 6], np.float32)}),
        {},
    ),
    "conv1_1 holds values that are not finite": (
        changed(**{"conv1_1/bias": np.full([4], np.nan, np.float32)}),
        {},
    ),
    "names the padding 'mirror', expected zeros or same or reflect": (
        changed(),
        {"padding": "mirror"},
    ),
    "names nothing as `preprocessing`": (vgg_arrays(conv0=False), {}),
    "blocks '2,x' in its metadata": (changed(), {"blocks": "2,x"}),
    "feature_divisor '-1' in its metadata, expected a number over 0": (
        changed(),
        {"feature_divisor": "-1"},
    ),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_is_refused(tmp_path, sentence):
    arrays, metadata = WRONG[sentence]
    path = write_vgg(tmp_path / "net.safetensors", arrays, **metadata)
    with pytest.raises(InputError) as told:
        load_features(path)
    assert sentence in str(told.value)
    assert path in str(told.value)


@pytest.mark.parametrize("name", ["net.safetensors", "net.h5", "missing.h5", "missing"])
def test_what_is_no_such_file_is_told(tmp_path, name):
    path = tmp_path / name
    if not name.startswith("missing"):
        path.write_bytes(b"no such format")
    with pytest.raises(InputError, match=f"{name} is not a readable"):
        load_features(path)


def test_unknown_maps_are_told(tmp_path):
    path = write_vgg(tmp_path / "net.safetensors", vgg_arrays())
    with pytest.raises(InputError, match="losses.feature_maps: .* got 'pool9'"):
        load_features(path, ("pool9",))
