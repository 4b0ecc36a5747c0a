"""Scale and colours: what the numbers do to a picture."""

import numpy as np
import pytest

from inpaint_tf.data.augmentation import Augmentation

MIDDLE = 5 * (0.5,)
NEARLY_ONE = float(np.nextafter(np.float32(1), np.float32(0)))


def numbers(place, value):
    return tuple(value if each == place else 0.5 for each in range(5))


def picture():
    """Colours that no factor up to 2 takes out of range; height, width and channels differ."""
    y, x = np.mgrid[0:12, 0:20]
    return np.stack([40 + 3 * y, 20 + 2 * x, 100 - y], axis=-1).astype(np.uint8)


def test_the_defaults_change_nothing():
    for drawn in (MIDDLE, 5 * (0.0,), 5 * (NEARLY_ONE,)):
        assert Augmentation().zoom(drawn) == 1
        np.testing.assert_array_equal(Augmentation().recolor(picture(), drawn), picture())


def test_scales_are_between_their_ends_by_powers():
    augmentation = Augmentation(scale=(0.5, 2.0))
    found = [augmentation.zoom(numbers(0, value)) for value in (0.0, 0.25, 0.5, NEARLY_ONE)]
    np.testing.assert_allclose(found, [0.5, 2**-0.5, 1, 2], rtol=1e-6)


def test_brightness_is_a_factor():
    augmentation = Augmentation(brightness=0.5)
    for value, factor in ((0.0, 0.5), (0.5, 1.0), (NEARLY_ONE, 1.5)):
        found = augmentation.recolor(picture(), numbers(1, value))
        np.testing.assert_allclose(found, picture() * factor, atol=1)


def test_contrast_is_about_the_mean_grey():
    augmentation = Augmentation(contrast=1.0)
    grey = round(float((picture() @ [0.299, 0.587, 0.114]).mean()))
    flat = augmentation.recolor(picture(), numbers(2, 0.0))
    np.testing.assert_allclose(flat, np.full(picture().shape, grey), atol=1)
    more = augmentation.recolor(picture(), numbers(2, 0.75))
    np.testing.assert_allclose(more, grey + 1.5 * (picture() - float(grey)), atol=2)


def test_saturation_is_about_each_pixels_grey():
    augmentation = Augmentation(saturation=1.0)
    grey = (picture() @ [0.299, 0.587, 0.114])[..., np.newaxis]
    for value, factor in ((0.0, 0.0), (0.75, 1.5)):
        found = augmentation.recolor(picture(), numbers(3, value))
        np.testing.assert_allclose(found, grey + factor * (picture() - grey), atol=2)


@pytest.mark.parametrize("value, channel", [(1 / 6, 2), (5 / 6, 1), (0.5, 0)])
def test_hue_turns_both_ways(value, channel):
    red = np.zeros([3, 5, 3], np.uint8)
    red[..., 0] = 200
    found = Augmentation(hue=0.5).recolor(red, numbers(4, value))
    want = np.zeros_like(red)
    want[..., channel] = 200
    np.testing.assert_allclose(found, want, atol=8)  # a circle of 256 hues
