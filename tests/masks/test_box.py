"""Boxes and their holes against the recorded draws of the original, and by hand."""

import numpy as np
import tensorflow as tf

from inpaint_tf.masks.box import sample_box, sample_box_hole
from inpaint_tf.masks.sampler import MaskSampler, center_box
from inpaint_tf.ops.boxes import box_mask


def draws(count, **options):
    """`count` draws of (mask, box), made inside `tf.data`."""
    sample = MaskSampler("box", **options)
    data = tf.data.Dataset.range(count).map(
        lambda n: sample(tf.stack([7, tf.cast(n, tf.int32)]))[:2]
    )
    masks, boxes = zip(*data.as_numpy_iterator())
    return np.array(masks), np.array(boxes)


def test_distributed_as_the_original(golden):
    recorded = golden("misc/v1_mask_sampling")
    masks, boxes = draws(600, size=(256, 256), box_size=(128, 128), max_shrink=(16, 16))
    assert boxes.min() >= 0 and boxes[:, :2].max() == 127
    # Means of 600 draws: three standard errors of a uniform number in 0..127.
    np.testing.assert_allclose(
        boxes[:, :2].mean(0), recorded["bbox"][:, :2].mean(0), atol=3 * 37 * (2 / 600) ** 0.5
    )
    for axis in (1, 2):
        inside = masks.any(axis=(3 - axis, 3))
        first = inside.argmax(1) - boxes[:, axis - 1]
        extent = recorded["mask_extent_rows_cols"]
        theirs = extent[:, 2 * (axis - 1)] - recorded["bbox"][:, axis - 1]
        assert (first.min(), first.max()) == (theirs.min(), theirs.max()) == (0, 16)
        assert abs(first.mean() - theirs.mean()) < 3 * 4.9 * (2 / 600) ** 0.5
        # The same number at both ends.
        np.testing.assert_array_equal(inside.sum(1), 128 - 2 * first)


def test_hole_by_hand():
    box = tf.constant([2, 3, 5, 4])
    hole = sample_box_hole(tf.constant([0, 0]), (9, 8), box, (0, 0))[..., 0].numpy()
    want = np.zeros([9, 8])
    want[2:7, 3:7] = 1
    np.testing.assert_array_equal(hole, want)


def test_heights_and_widths_are_not_mixed_up():
    """Every size differs, and each axis covers its own range from end to end."""
    size, box_size, margin, shrink = (40, 90), (12, 24), (3, 7), (5, 2)
    masks, boxes = draws(300, size=size, box_size=box_size, margin=margin, max_shrink=shrink)
    assert masks.shape == (300, *size, 1)
    np.testing.assert_array_equal(boxes[:, 2:], [box_size] * 300)
    shrinks = []
    for axis in (0, 1):
        corner = boxes[:, axis]
        last = size[axis] - margin[axis] - box_size[axis] - 1
        assert (corner.min(), corner.max()) == (margin[axis], last)
        inside = masks.any(axis=(2 - axis, 3))  # [300, H] or [300, W]
        shrunk = inside.argmax(1) - corner
        assert (shrunk.min(), shrunk.max()) == (0, shrink[axis])
        np.testing.assert_array_equal(inside.sum(1), box_size[axis] - 2 * shrunk)
        shrinks.append(shrunk.tolist())
    assert len(set(zip(*shrinks))) == 6 * 3  # every height with every width
    assert len(set(zip(*boxes[:, :2].T.tolist()))) > 200  # the two are drawn apart


def test_margin_and_a_box_as_large_as_the_picture():
    corners = np.array(
        [sample_box(tf.constant([n, 0]), (20, 30), (4, 6), (3, 5)) for n in range(60)]
    )
    assert corners[:, 0].min() >= 3 and corners[:, 0].max() == 20 - 3 - 4 - 1
    assert corners[:, 1].min() >= 5 and corners[:, 1].max() <= 30 - 5 - 6 - 1
    whole = sample_box(tf.constant([0, 0]), (20, 30), (20, 30))
    np.testing.assert_array_equal(whole, [0, 0, 20, 30])


def test_same_seed_same_mask_inside_and_outside_a_graph():
    options = {"size": (40, 56), "box_size": (20, 24), "max_shrink": (4, 5)}
    masks, boxes = draws(4, **options)
    for number in range(4):
        mask, box, fault = MaskSampler("box", **options)(tf.constant([7, number]))
        np.testing.assert_array_equal(mask, masks[number])
        np.testing.assert_array_equal(box, boxes[number])
        assert fault == ""
    assert len({box.tobytes() for box in boxes}) > 1


def test_center_box():
    box = center_box((20, 30), (10, 6))
    np.testing.assert_array_equal(box, [5, 12, 10, 6])
    assert box_mask(box, (20, 30)).numpy().sum() == 60
