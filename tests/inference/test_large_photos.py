"""Large photos through the Inpainter: by windows, small, with detail."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.inference.inpainter import Inpainter
from inpaint_tf.inference.large import complete_by_windows
from inpaint_tf.inference.windows import hole_windows
from inpaint_tf.ops.image import to_float

HEIGHT, WIDTH = 180, 300
WORKING = 72  # pixels; windows of this photo are scaled down


@pytest.fixture
def model(narrow_compiled):
    return narrow_compiled


def photo(seed=0):
    """Waves with grain, `[180, 300, 3]` uint8."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    waves = np.sin(rows[..., None] / (9, 12, 17) + columns[..., None] / (21, 13, 8))
    image = 127 + 70 * waves + random.normal(0, 12, [HEIGHT, WIDTH, 3])
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def hole_with(*boxes):
    hole = np.zeros([HEIGHT, WIDTH], bool)
    for top, left, rows, columns in boxes:
        hole[top : top + rows, left : left + columns] = True
    return hole


HOLE = hole_with((60, 90, 50, 40))


def truth_of(image):
    """A network that knows the answer but for its detail."""

    def predict(small, hole, lines, scale):
        assert lines is None
        truth = to_float(image)[None]
        window = truth[:, : small.shape[1] * scale, : small.shape[2] * scale]
        blurred = tf.nn.avg_pool2d(window, scale, scale, "VALID")
        return tf.where(hole, blurred, small), None

    return predict


def test_known_pixels_are_the_same_bits_and_the_hole_is_filled(model):
    image = photo()
    for dtype, factor in ((np.uint8, 1), (np.uint16, 257)):
        given = image.astype(dtype) * factor
        completed = Inpainter(model, detail=True, working_size=WORKING)(given, HOLE)
        assert completed.dtype == dtype
        np.testing.assert_array_equal(completed[~HOLE], given[~HOLE])
        assert (completed[HOLE] != given[HOLE]).mean() > 0.5


def test_what_lies_under_the_hole_does_not_matter(model):
    image, other = photo(), photo()
    other[HOLE] = 255
    inpainter = Inpainter(model, detail=True, working_size=WORKING)
    np.testing.assert_array_equal(inpainter(image, HOLE), inpainter(other, HOLE))


def test_batch_of_two_masks_equals_one_by_one(model):
    images = np.stack([photo(1), photo(2)])
    holes = np.stack([HOLE, hole_with((100, 200, 30, 60))])
    inpainter = Inpainter(model, detail=True, working_size=WORKING)
    both = inpainter(images, holes)
    for item in range(2):
        np.testing.assert_array_equal(both[item], inpainter(images[item], holes[item]))


def test_far_away_pixels_do_not_matter(model):
    image, other = photo(), photo()
    hole = hole_with((20, 20, 12, 10))
    (window,) = hole_windows(hole, WORKING)
    other[:, window.columns.stop :] = 0
    inpainter = Inpainter(model, detail=True, working_size=WORKING)
    np.testing.assert_array_equal(inpainter(image, hole)[hole], inpainter(other, hole)[hole])


def test_full_is_the_whole_photo_and_auto_is_full_without_detail(model):
    image = photo()
    whole = Inpainter(model, detail=False, working_size="full")(image, HOLE)
    np.testing.assert_array_equal(Inpainter(model, detail=False)(image, HOLE), whole)
    small = Inpainter(model, detail=False, working_size=WORKING)(image, HOLE)
    assert (small[HOLE] != whole[HOLE]).any()


def test_transparent_pixels_lend_nothing(model):
    image = photo()
    image[:, 150:] = np.where(np.arange(150)[None, :, None] % 2, 0, 255)
    alpha = np.full([HEIGHT, WIDTH], 255, np.uint8)
    alpha[:, 150:] = 0
    hole = hole_with((60, 60, 50, 60))
    inpainter = Inpainter(model, detail=True, working_size=WORKING)
    steps = [
        np.abs(np.diff(completed[60:110, 60:120, :3].astype(int), axis=1)).max()
        for completed in (
            inpainter(np.dstack([image, alpha]), hole),
            inpainter(image, hole, alpha=alpha),
        )
    ]
    assert max(steps) < 200  # those of the stripes are 255


def test_detail_brings_back_what_the_small_picture_lacks():
    image = photo()
    soft, sharp = (
        complete_by_windows(
            truth_of(image), image, HOLE, ~HOLE | True,
            working_size=WORKING, detail=detail,
        )[0]
        for detail in (False, True)
    )  # fmt: skip

    def grain(picture):
        return np.abs(np.diff(picture.astype(int), axis=1))[HOLE[:, 1:]].mean()

    assert grain(soft) < 0.6 * grain(image)
    assert 0.75 * grain(image) < grain(sharp) < 1.3 * grain(image)


def test_stages_hand_out_the_same_picture(model):
    inpainter = Inpainter(model, detail=True, working_size=WORKING)
    stages = inpainter.stages(photo(), HOLE)
    np.testing.assert_array_equal(stages.completed, inpainter(photo(), HOLE))
    before = Inpainter(model, detail=False, working_size=WORKING)(photo(), HOLE)
    np.testing.assert_array_equal(stages.before_detail, before)
    sources = stages.source_colors
    assert sources.shape == photo().shape and sources.dtype == np.uint8
    assert (sources[~HOLE] == 255).all()
    assert (sources[HOLE] != 255).any(axis=-1).mean() > 0.9


@pytest.mark.parametrize("size", [63, -1, 4.5, "half", True])
def test_sizes_that_no_network_works_at_are_a_sentence(model, size):
    with pytest.raises(InputError, match="working_size is .*; expected auto, full, or a number"):
        Inpainter(model, working_size=size)
