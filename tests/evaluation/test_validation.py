"""Validation judges the composite, on any number of pictures."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.evaluation.pixel import l1_percent, psnr
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
