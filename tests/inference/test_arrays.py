"""Arrays as users give them."""

import numpy as np
import pytest

from inpaint_tf.errors import InputError
from inpaint_tf.inference.arrays import as_holes, as_pictures


def random(shape, dtype=np.uint8):
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(
    "shape, batch",
    [
        ((9, 11), 1),
        ((9, 11, 1), 1),
        ((9, 11, 2), 1),
        ((9, 11, 3), 1),
        ((9, 11, 4), 1),
        ((5, 9, 11), 5),
        ((5, 9, 11, 1), 5),
        ((5, 9, 11, 4), 5),
    ],
)
def test_taken_apart_and_put_together_again(shape, batch, dtype):
    image = random(shape, dtype)
    pictures = as_pictures(image)
    assert pictures.color.shape == (batch, 9, 11, 3)
    np.testing.assert_array_equal(pictures.restore(pictures.color), image)


def test_grey_of_a_prediction_is_its_luma():
    pictures = as_pictures(np.zeros([8, 8], np.uint8))
    color = np.broadcast_to(np.array([200, 100, 50], np.uint8), [1, 8, 8, 3])
    assert (pictures.restore(color) == 124).all()  # 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2


@pytest.mark.parametrize(
    "image, message",
    [
        (np.zeros([9, 11, 3], np.float32), "type float32, expected uint8 or uint16"),
        (np.zeros([9, 11, 3, 1, 1], np.uint8), r"shape \(9, 11, 3, 1, 1\)"),
        (np.zeros([2, 9, 11, 5], np.uint8), r"shape \(2, 9, 11, 5\)"),
        (np.zeros([7, 11, 3], np.uint8), "7 rows and 11 columns, expected at least 8"),
    ],
)
def test_other_images_are_refused(image, message):
    with pytest.raises(InputError, match=message):
        as_pictures(image)


@pytest.mark.parametrize(
    "dtype, known, hole",
    [(np.uint8, 127, 128), (np.uint16, 32767, 32768), (np.float32, 0.49, 0.5), (bool, 0, 1)],
)
@pytest.mark.parametrize("layout", [(9, 11), (9, 11, 1), (2, 9, 11), (2, 9, 11, 1), (1, 9, 11)])
def test_threshold_and_layout_of_masks(dtype, known, hole, layout):
    mask = np.full([2, 9, 11], known, dtype)
    mask[:, 3, 7] = hole
    mask = mask[: layout[0] if len(layout) > 2 and layout[0] < 3 else 1]
    holes = as_holes(mask.reshape(layout), 2, 9, 11)
    assert holes.shape == (2, 9, 11, 1) and holes.dtype == bool
    assert np.argwhere(holes).tolist() == [[0, 3, 7, 0], [1, 3, 7, 0]]


@pytest.mark.parametrize(
    "mask, message",
    [
        (np.zeros([11, 9], bool), r"mask has shape \(11, 9\), expected \(9, 11\)"),
        (np.zeros([9, 12], bool), r"mask has shape \(9, 12\), expected \(9, 11\)"),
        (np.zeros([9, 1], bool), r"mask has shape \(9, 1\), expected \(9, 11\)"),
        (np.zeros([1, 11], bool), r"mask has shape \(1, 11\), expected \(9, 11\)"),
        (np.zeros([2, 9, 1, 1], bool), r"mask has shape \(2, 9, 1, 1\), expected \(9, 11\)"),
        (np.zeros([3, 9, 11], bool), "one for each of 2 pictures or one for all"),
        (np.eye(9, 11, dtype=np.uint8), "values 0 and 1, expected bool or 0 to 255"),
        (np.full([9, 11], 255.0), "floats outside 0 to 1"),
        (np.where(np.eye(9, 11) > 0, np.nan, 1.0), "floats outside 0 to 1"),
        (np.where(np.eye(9, 11) > 0, -0.1, 1.0), "floats outside 0 to 1"),
        (np.zeros([9, 11], np.int64), "type int64"),
    ],
)
def test_other_masks_are_refused(mask, message):
    with pytest.raises(InputError, match=message):
        as_holes(mask, 2, 9, 11)
