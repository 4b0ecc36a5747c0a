"""Feature networks against plain convolutions and against Keras's own VGG."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeded import seed_weights
from small_vgg import BLOCKS, vgg_arrays

from inpaint_tf.models.vgg import (
    CAFFE_DIVISOR,
    STANDARD_BLOCKS,
    VggFeatures,
    VggWeights,
    needed_convolutions,
    torch_input,
)

IMAGE = np.random.default_rng(1).uniform(size=[2, 24, 40, 3]).astype(np.float32)


def plain_maps(arrays, image, mode):
    """pool1 to pool3 and aux1 to aux3, without a layer of ours."""

    def conv(x, name):
        return tf.nn.conv2d(x, arrays[f"{name}/kernel"], 1, "VALID") + arrays[f"{name}/bias"]

    x, maps = conv(image, "conv0"), {}
    for block, count in enumerate(BLOCKS, 1):
        for number in range(1, count + 1):
            padded = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)], mode=mode)
            x = np.maximum(conv(padded, f"conv{block}_{number}"), 0)
            if number == 1:
                maps[f"aux{block}"] = np.maximum(conv(x, f"conv{block}_1_aux"), 0)
        batch, height, width, channels = x.shape
        x = x.reshape(batch, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4))
        maps[f"pool{block}"] = x
    return maps


@pytest.mark.parametrize("padding, mode", [("reflect", "reflect"), ("same", "constant")])
def test_maps_agree_with_plain_convolutions(padding, mode):
    arrays, names = vgg_arrays(), ("pool1", "aux3", "pool3", "aux1", "pool2")
    network = VggFeatures(VggWeights(arrays, BLOCKS, padding, "none", 4.0), names)
    want = plain_maps(arrays, IMAGE, mode)
    for name, got in zip(names, network(IMAGE)):
        np.testing.assert_allclose(got, want[name] / 4, atol=1e-5)


def test_agrees_with_keras_vgg16_of_the_same_weights():
    seed_weights(3)
    theirs = keras.applications.VGG16(include_top=False, weights=None)
    arrays = {}
    for layer in theirs.layers:
        if "_conv" in layer.name:
            name = layer.name.replace("block", "conv").replace("_conv", "_")
            arrays[f"{name}/kernel"], arrays[f"{name}/bias"] = layer.get_weights()
    pools = [theirs.get_layer(f"block{block}_pool").output for block in (1, 2, 3)]
    prepared = keras.applications.vgg16.preprocess_input(255.0 * IMAGE)
    want = keras.Model(theirs.inputs, pools)(prepared)
    weights = VggWeights(arrays, STANDARD_BLOCKS["vgg16"], "same", "caffe", CAFFE_DIVISOR)
    for got, pool in zip(VggFeatures(weights)(IMAGE), want):
        pool = np.asarray(pool) / CAFFE_DIVISOR
        np.testing.assert_allclose(got, pool, atol=1e-5 * np.abs(pool).max())


def test_divisor_brings_features_of_caffe_input_to_the_size_of_torch_input():
    ratio = np.std(255 * IMAGE) / np.std(torch_input(IMAGE))
    assert pytest.approx(ratio, rel=0.01) == CAFFE_DIVISOR


def test_does_not_learn_and_stays_in_float32():
    network = VggFeatures(VggWeights(vgg_arrays(), BLOCKS, "same", "none", 1.0))
    assert network.trainable_variables == []
    assert network.variables != []
    maps = tf.function(network)(tf.cast(IMAGE, tf.bfloat16))
    assert {each.dtype for each in maps} == {tf.float32}


def test_only_what_the_maps_need_is_computed():
    assert needed_convolutions(("pool1",), (2, 2, 3)) == ["conv1_1", "conv1_2"]
    names = needed_convolutions(("aux2", "aux1"), (2, 2, 3))
    assert names == ["conv1_1", "conv1_1_aux", "conv1_2", "conv2_1", "conv2_1_aux"]
    with pytest.raises(ValueError, match="maps must be among pool1, .* relu3, got 'pool4'"):
        needed_convolutions(("pool1", "pool4"), (2, 2, 3))
