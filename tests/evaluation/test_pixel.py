"""Pixel metrics against scikit-image, and by hand."""

import math

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from inpaint_tf.evaluation.pixel import (
    bounded_psnr,
    l1_percent,
    l2_percent,
    psnr,
    ssim,
    tv_percent,
)
from inpaint_tf.evaluation.telea import telea


def pair(size=(37, 53), seed=0):
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, [*size, 3]).astype(np.uint8)
    noise = random.normal(0, 20, image.shape)
    return image, np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("size", [(37, 53), (64, 48)])
def test_ssim_and_psnr_as_scikit_image(size):
    image, other = pair(size)
    want = structural_similarity(
        image, other, channel_axis=-1, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False, data_range=255,
    )  # fmt: skip
    assert ssim(image, other) == pytest.approx(want, abs=1e-9)
    assert psnr(image, other) == pytest.approx(peak_signal_noise_ratio(image, other), abs=1e-9)


def test_equal_pictures():
    image, _ = pair()
    assert psnr(image, image) == math.inf
    assert ssim(image, image) == pytest.approx(1)
    assert l1_percent(image, image, np.ones(image.shape[:2])) == 0
    assert bounded_psnr(image, image) == 100
    other = image.copy()
    other[0, 0, 0] ^= 1
    assert 80 < bounded_psnr(image, other) == psnr(image, other) < 100


def test_without_a_hole_there_is_no_difference():
    image, other = pair()
    for measure in (l1_percent, l2_percent):
        assert measure(image, other, np.zeros([37, 53])) == 0
    assert tv_percent(other, np.zeros([37, 53, 1])) == 0


def test_l1_and_l2_look_at_the_hole_alone():
    image = np.zeros([4, 5, 3], np.uint8)
    other = np.full([4, 5, 3], 255, np.uint8)
    other[1, 2] = 51  # a fifth of the scale
    mask = np.zeros([4, 5, 1])
    mask[1, 2] = 1
    assert l1_percent(image, other, mask) == pytest.approx(20)
    assert l2_percent(image, other, mask) == pytest.approx(4)
    mask[0, 0] = 1
    assert l1_percent(image, other, mask) == pytest.approx(60)


def test_tv_by_hand():
    picture = np.zeros([3, 4, 3], np.uint8)
    picture[:, 2:] = 255
    mask = np.zeros([3, 4])
    mask[1, 1] = 1
    # Of the two pairs to the side one crosses the edge; the two up and down do not.
    assert tv_percent(picture, mask) == pytest.approx(50)
    assert tv_percent(picture, np.roll(mask, -1, axis=1)) == pytest.approx(0)
    # Steps down count as steps up do, and rows as columns.
    assert tv_percent(255 - picture, mask) == pytest.approx(50)
    assert tv_percent(picture.transpose(1, 0, 2), mask.T) == pytest.approx(50)
    picture[0] = 255 - picture[0]
    assert tv_percent(picture, mask) == pytest.approx(100)


def test_telea_fills_the_hole_and_nothing_else():
    image = np.full([20, 30, 3], 90, np.uint8)
    mask = np.zeros([20, 30, 1], np.float32)
    mask[5:12, 8:20] = 1
    holed = np.where(mask > 0, np.uint8(0), image)
    completed = telea(holed, mask).astype(int)
    assert np.abs(completed - image).max() <= 2  # OpenCV's own rounding
    np.testing.assert_array_equal(completed[mask[..., 0] == 0], 90)
