"""Strokes: distributed as the release's, and drawn where they should be."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.masks.brush import _draw, sample_brush
from inpaint_tf.masks.sampler import MaskSampler


def draws(count, size, name="brush"):
    sample = MaskSampler(name, size, (size[0] // 2, size[1] // 2), (16, 16))
    data = tf.data.Dataset.range(count).map(
        lambda n: sample(tf.stack([5, tf.cast(n, tf.int32)]))[0], num_parallel_calls=2
    )
    return np.array(list(data.as_numpy_iterator()))


def test_coverage_as_the_release():
    # Recorded at 256x256: brush 0.16 (0.02..0.41), with boxes 0.31; +-0.02 of the means.
    covered = draws(400, (256, 256)).mean(axis=(1, 2, 3))
    assert abs(covered.mean() - 0.159) < 0.02
    assert 0.06 < covered.std() < 0.10
    both = draws(300, (256, 256), "box_or_brush").mean(axis=(1, 2, 3))
    assert abs(both.mean() - 0.31) < 0.02


def test_mixed_holes_are_boxes_strokes_or_both():
    box, strokes, both, mixed = (
        draws(90, (64, 48), name) for name in ("box", "brush", "box_or_brush", "mixed")
    )
    np.testing.assert_array_equal(both, np.maximum(box, strokes))
    kinds = [
        next(number for number, kind in enumerate((box, strokes, both)) if (kind[n] == hole).all())
        for n, hole in enumerate(mixed)
    ]
    # A third each, but that strokes inside the box, or over all of it, hide one of the two.
    counts = np.bincount(kinds, minlength=3)
    assert (counts >= [20, 20, 10]).all(), counts


def test_one_segment_by_hand():
    vertices = tf.constant([[3.0, 2.0], [3.0, 7.0], [9.0, 9.0]])
    mask = _draw(tf.zeros([8, 12], tf.bool), vertices, 1, 1.5).numpy()
    want = np.zeros([8, 12], bool)
    want[2:5, 1:9] = True  # everything nearer than 1.5 to the line from x = 2 to x = 7
    np.testing.assert_array_equal(mask, want)
    assert not _draw(tf.zeros([8, 12], tf.bool), vertices, 0, 1.5).numpy().any()


@pytest.mark.parametrize("size", [(64, 128), (128, 64)])
def test_pictures_that_are_not_square_are_reached_everywhere(size):
    masks = draws(150, size)
    assert (masks.mean(axis=(1, 2, 3)) > 0).all()
    seen = masks.any(axis=0)[..., 0]
    assert seen.mean() > 0.95
    assert set(np.unique(masks)) == {0.0, 1.0}


def test_strokes_scale_with_the_picture():
    small = np.mean([sample_brush(tf.constant([0, n]), (64, 64)) for n in range(40)])
    assert 0.1 < small < 0.22


def test_wider_brush_covers_more():
    thin, wide = (
        sample_brush(tf.constant([1, 1]), (96, 128), widths=(width, width + 1)).numpy()
        for width in (8.0, 40.0)
    )
    assert wide.sum() > thin.sum() > 0
    assert (wide >= thin).all()
