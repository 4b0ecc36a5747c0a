"""Strokes: distributed as the release's, and drawn where they should be."""

import functools

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.masks.brush import RELEASED, Strokes, _draw, _sample_stroke, sample_brush
from inpaint_tf.masks.sampler import MaskSampler


def draws(count, size, name="brush", strokes=RELEASED):
    return together(count, size, [name], strokes)[0]


def together(count, size, names, strokes=RELEASED):
    """The holes of several samplers for the same seeds, as one graph."""
    box = (size[0] // 2, size[1] // 2)
    samplers = [MaskSampler(name, size, box, (16, 16), strokes=strokes) for name in names]

    @tf.autograph.experimental.do_not_convert
    def sample(number):
        seed = tf.stack([5, tf.cast(number, tf.int32)])
        return [sampler(seed)[0] for sampler in samplers]

    data = tf.data.Dataset.range(count).map(lambda n: tuple(sample(n)), num_parallel_calls=2)
    return [np.array(each) for each in zip(*data.as_numpy_iterator())]


def farthest_apart(ours, theirs):
    """Kolmogorov and Smirnov's distance of two samples, in units of its 5 % bound."""
    places = np.concatenate([ours, theirs])
    shares = [(np.sort(each)[None] <= places[:, None]).mean(1) for each in (ours, theirs)]
    bound = 1.36 * np.sqrt(1 / len(ours) + 1 / len(theirs))
    return np.abs(shares[0] - shares[1]).max() / bound


@functools.cache  # strokes of this size take longest to draw
def large_holes(name):
    return draws(400, (256, 256), name) > 0


@pytest.mark.parametrize(
    "names, recorded",
    [
        (["brush"], "brush_256x256_coverage300"),
        (["box"], "rect_coverage_400"),
        (["box", "brush"], "union_coverage_300"),  # which is `box_or_brush`, as the next test says
    ],
)
def test_coverage_is_distributed_as_the_release_s(golden, names, recorded):
    theirs = golden("v2/masks")[recorded]
    ours = np.any([large_holes(name) for name in names], axis=0).mean(axis=(1, 2, 3))
    assert abs(ours.mean() - theirs.mean()) < 0.02
    assert farthest_apart(ours, theirs) < 1
    # What would not pass: holes a quarter larger, or of another spread.
    assert farthest_apart(ours * 1.25, theirs) > 1
    assert farthest_apart((ours - ours.mean()) * 1.6 + ours.mean(), theirs) > 1


def test_mixed_holes_are_boxes_strokes_or_both():
    names = ("box", "brush", "box_or_brush", "mixed")
    box, strokes, both, mixed = together(90, (64, 48), names)
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
    assert 0.1 < draws(40, (64, 64)).mean() < 0.22


def test_wider_brush_covers_more():
    thin, wide = (
        sample_brush(tf.constant([1, 1]), (96, 128), Strokes(width=(width, width + 1))).numpy()
        for width in (8.0, 40.0)
    )
    assert wide.sum() > thin.sum() > 0
    assert (wide >= thin).all()


@pytest.mark.parametrize(
    "less, more",
    [
        ({"count": (1, 1)}, {"count": (4, 4)}),
        ({"vertices": (1, 1), "length": 0.02}, {"vertices": (1, 1), "length": 0.3}),
    ],
    ids=str,
)
def test_strokes_do_what_they_are_told(less, more):
    few, many = (draws(20, (48, 64), strokes=Strokes(**how)).mean() for how in (less, more))
    assert many > 1.2 * few > 0


def test_turns_are_what_they_are_told():
    size, strokes = (400, 300), Strokes(angle=(90.0, 0.0), vertices=(6, 6), length=0.05)
    vertices, count, _ = _sample_stroke(tf.constant([0, 3]), size, strokes)
    assert int(count) == 6 and vertices.shape == (7, 2)
    # Every other turn counts backwards: straight up and straight down, in whole pixels.
    steps = np.diff(vertices.numpy(), axis=0)
    assert np.abs(steps[:, 1]).max() <= 1 < np.abs(steps[:, 0]).max()
    assert len(np.unique(np.sign(steps[np.abs(steps[:, 0]) > 1, 0]))) == 2
    flat = Strokes(angle=(0.0, 0.0), vertices=(6, 6), length=0.05)
    steps = np.diff(_sample_stroke(tf.constant([0, 3]), size, flat)[0].numpy(), axis=0)
    assert np.abs(steps[:, 0]).max() <= 1 < np.abs(steps[:, 1]).max()
