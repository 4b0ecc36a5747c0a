"""The colour with which a network fills its hole, wherever the network runs."""

import numpy as np
import pytest
import tensorflow as tf
from small_networks import NETWORKS, a_hole, a_picture, lively

from inpaint_tf import Inpainter, load_model, save_model
from inpaint_tf.models.deepfill_v1 import require_fill

COLOR = [250, 100, 30]
SIZE = (2, 72, 80)
IMAGE, MASK = a_picture(*SIZE), a_hole(*SIZE)
MASK[1] = np.roll(MASK[1], 20, axis=1)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_network_sees_the_colour_in_the_hole_and_nothing_that_was_there(name):
    model = lively(name, fill=COLOR)
    painted = np.where(MASK > 0, np.array(COLOR, np.float32) / 127.5 - 1, IMAGE)
    output = model(IMAGE, MASK)
    want = model.coarse_network(tf.constant(painted), tf.constant(MASK))
    np.testing.assert_allclose(output.coarse, want, atol=1e-5)
    assert np.abs(lively(name)(IMAGE, MASK).coarse - output.coarse).max() > 0.01
    hidden = np.where(MASK > 0, 0.7, IMAGE).astype(np.float32)
    np.testing.assert_array_equal(model(hidden, MASK).refined, output.refined)
    short = model.complete(IMAGE, MASK)
    np.testing.assert_allclose(short, np.where(MASK > 0, output.refined, IMAGE), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["deepfill_v1", pytest.param("deepfill_v2", marks=pytest.mark.stacks)]
)
def test_weights_files_and_exports_have_it(name, tmp_path):
    from inpaint_tf.export.module import InpaintingModule

    attention = name == "deepfill_v2"  # it takes longest to trace, so one of the two has none
    model = lively(name, fill=COLOR, attention=attention)
    save_model(tmp_path / "weights.safetensors", model)
    loaded = load_model(tmp_path / "weights.safetensors")
    assert list(loaded.fill) == COLOR
    pixels = np.random.default_rng(2).integers(0, 256, [2, 61, 70, 3]).astype(np.uint8)
    hole = np.zeros([2, 61, 70], bool)
    hole[0, 20:40, 8:50] = hole[1, 5:30, 30:60] = True
    want = Inpainter(loaded)(pixels, hole).astype(int)
    with_grey = Inpainter(lively(name, attention=attention))(pixels, hole).astype(int)
    assert np.abs(want - with_grey).max() > 2
    mask = tf.constant(255 * hole[..., np.newaxis].astype(np.uint8))
    module = InpaintingModule(loaded)  # kept: its functions alone do not hold it
    got = module.pixels(tf.constant(pixels), mask)["completed"].numpy()
    assert np.abs(got - want).max() <= 1


@pytest.mark.parametrize(
    "fill", [[0, 0, 255.5], [-1, 0, 0], [1, 2], [1, 2, 3, 4], "red", ["r", 0, 0]]
)
def test_what_is_no_colour_is_refused(fill):
    with pytest.raises(ValueError, match="fill must be None or"):
        require_fill(fill)
