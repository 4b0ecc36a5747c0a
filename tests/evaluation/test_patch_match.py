"""Completion by the picture's own patches."""

import numpy as np
import pytest

from inpaint_tf.evaluation.patch_match import patch_match
from inpaint_tf.evaluation.telea import telea


def hole_of(height, width, rows, columns):
    hole = np.zeros([height, width], bool)
    hole[rows, columns] = True
    return hole


def tiled(height, width, period=(9, 14)):
    """A texture whose periods fit neither cells nor halves."""
    tile = np.random.default_rng(0).integers(0, 256, [*period, 3], np.uint8)
    return np.tile(tile, [-(-height // period[0]), -(-width // period[1]), 1])[:height, :width]


def error(image, completed, hole):
    return np.abs(image[hole].astype(float) - completed[hole]).mean()


def test_a_regular_texture_is_continued():
    image, hole = tiled(90, 131), hole_of(90, 131, slice(30, 61), slice(40, 83))
    completed = patch_match(image, hole)
    assert error(image, completed, hole) < 0.2 * error(image, telea(image, hole), hole)


def test_an_edge_goes_on_through_the_hole():
    image = np.full([64, 100, 3], 40, np.uint8)
    image[37:] = (200, 90, 160)
    hole = hole_of(64, 100, slice(22, 50), slice(30, 70))
    completed = patch_match(image, hole)
    assert error(image, completed, hole) < 12
    assert completed[30, 50, 0] < 60 and completed[44, 50, 0] > 180


@pytest.mark.parametrize("size", [(67, 49), (40, 96)])
def test_known_pixels_stay_and_the_hole_is_not_looked_at(size):
    image = np.random.default_rng(1).integers(0, 256, [*size, 3], np.uint8)
    hole = hole_of(*size, slice(5, 30), slice(12, 31))
    completed = patch_match(image, hole[..., None])
    assert completed.dtype == np.uint8 and completed.shape == image.shape
    np.testing.assert_array_equal(completed[~hole], image[~hole])
    changed = np.where(hole[..., None], 255 - image, image)
    np.testing.assert_array_equal(patch_match(changed, hole), completed)


@pytest.mark.parametrize(
    "size, rows, columns",
    [((40, 50), slice(7, None), slice(None)), ((7, 90), slice(2, 5), slice(10, 40))],
    ids=["seven rows are known", "seven rows are there"],
)
def test_without_a_known_patch_it_is_teleas(size, rows, columns):
    image = np.random.default_rng(1).integers(0, 256, [*size, 3], np.uint8)
    hole = hole_of(*size, rows, columns)
    np.testing.assert_array_equal(patch_match(image, hole), telea(image, hole))


def test_a_picture_without_a_hole_stays():
    image = tiled(40, 50)
    np.testing.assert_array_equal(patch_match(image, np.zeros([40, 50], bool)), image)
