"""Validation judges the composite, on any number of pictures."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.evaluation.pixel import l1_percent, psnr, tv_percent
from inpaint_tf.evaluation.telea import telea
from inpaint_tf.evaluation.validation import Validation
from inpaint_tf.types import Inpainting


def grey(image, mask):
    """A generator that paints everything 20 % grey."""
    picture = tf.fill(tf.shape(image), -0.6)
    return Inpainting((picture, picture))


@pytest.fixture
def scene():
    pictures = np.random.default_rng(0).integers(0, 256, [5, 16, 24, 3]).astype(np.uint8)
    masks = np.zeros([5, 16, 24, 1], np.float32)
    masks[:, 3:9, 5:20] = 1
    return pictures, masks


@pytest.mark.parametrize("batch", [1, 2, 8])
def test_mean_over_all_pictures(scene, batch):
    pictures, masks = scene
    scores = Validation(pictures, masks, batch)(grey)
    completed = np.where(masks > 0, np.uint8(51), pictures)
    for name, metric in (("psnr", psnr), ("l1", lambda x, y: l1_percent(x, y, masks[0]))):
        want = np.mean([metric(x, y) for x, y in zip(pictures, completed)])
        assert scores[name] == pytest.approx(want)
    assert scores["contrast"] == 0


def test_baseline_is_telea(scene):
    pictures, masks = scene
    want = np.mean([psnr(x, telea(x, m)) for x, m in zip(pictures, masks)])
    assert Validation(pictures, masks).baseline()["psnr"] == pytest.approx(want)


def test_examples_show_every_stage(scene):
    shown = Validation(*scene, batch=2).examples(grey, 3)
    pictures, masks, (coarse, refined), completed, offsets = shown
    assert offsets is None
    assert coarse.shape == refined.shape == completed.shape == (3, 16, 24, 3)
    assert (refined == 51).all()
    np.testing.assert_array_equal(completed[masks[..., 0] == 0], pictures[masks[..., 0] == 0])


def test_every_metric_is_its_own(scene):
    """Each by its definition, of pictures that differ from each other in every one."""
    from skimage.metrics import structural_similarity

    pictures, masks = scene
    hole = masks[0, ..., 0] > 0
    scores = Validation(pictures, masks)(grey)
    completed = np.where(masks > 0, np.uint8(51), pictures)
    differences = (completed / 255.0 - pictures / 255.0)[:, hole]
    similarity = [
        structural_similarity(
            x, y, channel_axis=-1, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False, data_range=255,
        )
        for x, y in zip(pictures, completed)
    ]  # fmt: skip
    want = {
        "l1": 100 * np.abs(differences).mean(),
        "l2": 100 * np.square(differences).mean(),
        "ssim": np.mean(similarity),
        "tv": np.mean([tv_percent(y, masks[0]) for y in completed]),
    }
    assert want["l2"] < 0.6 * want["l1"] and 0.3 < want["ssim"] < 0.98
    for name, value in want.items():
        assert scores[name] == pytest.approx(value), name


def test_the_network_gets_every_picture_with_its_mask(scene):
    pictures, masks = scene
    masks = masks * (np.arange(5) != 2)[:, None, None, None]  # one has no hole
    masks[4, 1, 2] = 1  # and one another
    asked = []

    def generate(image, mask):
        tf.numpy_function(lambda *x: asked.append(x) or np.int32(0), [image, mask], tf.int32)
        return grey(image, mask)

    Validation(pictures, masks, batch=5)(generate)
    ((image, mask),) = asked
    np.testing.assert_array_equal(mask, masks)
    known = 1 - masks  # the network itself takes care of what lies under the hole
    np.testing.assert_allclose(image * known, (pictures / 127.5 - 1) * known, atol=1e-6)


def test_stages_are_not_mixed_up(scene):
    def two_stages(image, mask):
        return Inpainting((image * 0 - 0.6, image * 0 + 0.2))

    pictures, masks, stages, completed, _ = Validation(*scene).examples(two_stages, 2)
    np.testing.assert_array_equal(pictures, scene[0][:2])
    np.testing.assert_array_equal(masks, scene[1][:2])
    hole = masks[..., 0] > 0
    assert (stages[0] == 51).all() and (stages[1] == 153).all() and (completed[hole] == 153).all()
    alone = Validation(*scene).examples(lambda image, mask: Inpainting((image * 0 - 0.6,)), 2)
    assert len(alone[2]) == 1 and (alone[3][hole] == 51).all()
