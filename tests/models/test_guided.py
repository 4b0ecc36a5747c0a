"""DeepFill v2 with a sketch: a sixth channel of the coarse network's input, in the hole alone."""

import numpy as np
import pytest
import tensorflow as tf
from small_networks import a_hole, a_picture, lively


@pytest.fixture(scope="module")
def model():
    return lively("deepfill_v2", guided=True)


def lines(*size, seed=1):
    drawn = np.random.default_rng(seed).uniform(size=[*size, 1]) > 0.7
    return drawn.astype(np.float32)


SIZE = (2, 72, 80)
IMAGE, MASK, SKETCH = a_picture(*SIZE), a_hole(*SIZE), lines(*SIZE)
MASK[1] = np.roll(MASK[1], 20, axis=1)


def test_sketch_is_the_fourth_of_six_channels(model):
    kernel = model.scopes["inpaint_net/conv1"].kernel
    assert tuple(kernel.shape) == (5, 5, 6, 8)
    seen = model.coarse_network.architecture.first_input.of(IMAGE, MASK, SKETCH)
    np.testing.assert_array_equal(seen[..., :3], IMAGE)
    np.testing.assert_array_equal(seen[..., 3:4], SKETCH)
    np.testing.assert_array_equal(seen[..., 4], 1)
    np.testing.assert_array_equal(seen[..., 5:], MASK)
    # Neither the sketch nor the mask reaches the second stage but by the first's picture.
    assert tuple(model.scopes["inpaint_net/xconv1"].kernel.shape) == (5, 5, 3, 8)


def test_sketch_counts_in_the_hole_alone(model):
    want = model(IMAGE, MASK, sketch=SKETCH)
    same = model(IMAGE, MASK, sketch=SKETCH * MASK)
    np.testing.assert_array_equal(same.refined, want.refined)
    other = model(IMAGE, MASK, sketch=SKETCH[:, ::-1])
    for mine, theirs in zip(other.stages, want.stages):
        assert np.abs(mine - theirs).max() > 1e-3


def test_no_sketch_is_an_empty_one(model):
    want = model(IMAGE, MASK, sketch=np.zeros_like(MASK))
    np.testing.assert_array_equal(model(IMAGE, MASK).refined, want.refined)
    assert np.abs(want.refined - model(IMAGE, MASK, sketch=SKETCH).refined).max() > 1e-3


def test_every_item_has_its_own_sketch(model):
    both = model(IMAGE, MASK, sketch=SKETCH)
    for item in range(2):
        one = slice(item, item + 1)
        alone = model(IMAGE[one], MASK[one], sketch=SKETCH[one])
        np.testing.assert_allclose(alone.refined[0], both.refined[item], atol=1e-5)


def test_short_form_is_guided_too(model):
    spec = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 1, 1)]
    short = tf.function(model.complete, input_signature=spec)
    want = model(IMAGE, MASK, sketch=SKETCH).refined * MASK + IMAGE * (1 - MASK)
    np.testing.assert_allclose(short(IMAGE, MASK, SKETCH), want, atol=1e-5)


def test_gradients_reach_the_weights_of_the_sketch(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(IMAGE, MASK, sketch=SKETCH).refined ** 2)
    gradient = np.asarray(tape.gradient(loss, model.scopes["inpaint_net/conv1"].kernel))
    assert np.abs(gradient[:, :, 3]).max() > 0


@pytest.mark.parametrize("name", ["deepfill_v1", "deepfill_v2"])
def test_a_network_that_is_not_guided_takes_no_sketch(name):
    with pytest.raises(ValueError, match="not guided, so it takes no sketch"):
        lively(name)(IMAGE, MASK, sketch=SKETCH)
