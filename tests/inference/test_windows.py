"""Which windows of a large photo are completed, and how much smaller the network sees them."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.inference.windows import (
    WHOLE_SIZE,
    WORKING_SIZE,
    Window,
    hole_windows,
    is_whole,
    one_window,
    scale_of,
    window_around,
)
from inpaint_tf.ops.spans import Span, hole_spans


def photo_with(height, width, *boxes):
    hole = np.zeros([height, width], bool)
    for top, left, rows, columns in boxes:
        hole[top : top + rows, left : left + columns] = True
    return hole


@pytest.mark.parametrize(
    "longest, scale",
    [(8, 1), (512, 1), (513, 2), (1024, 2), (1025, 3), (1537, 4), (2049, 6), (3072, 6), (3073, 8)],
)
def test_scale_is_the_least_that_suffices(longest, scale):
    assert scale_of(longest) == scale
    assert tf.function(scale_of)(tf.constant(longest)).numpy() == scale


def test_scale_follows_the_working_size():
    assert scale_of(1024, working_size=256) == 4
    assert scale_of(1024, working_size=1024) == 1


def test_hole_is_a_third_of_its_window():
    (window,) = hole_windows(photo_with(4000, 6000, (1500, 2000, 300, 500)))
    assert window == Window(Span(1000, 1300), Span(1500, 1500), 3)


def test_small_hole_sees_a_window_of_the_working_size():
    (window,) = hole_windows(photo_with(2000, 3000, (900, 1200, 20, 31)))
    assert window.scale == 1
    assert (window.rows.size, window.columns.size) == (512, 511)


def test_window_moves_into_the_photo():
    (window,) = hole_windows(photo_with(2000, 3000, (1900, 10, 100, 200)))
    assert window.rows == Span(2000 - 512, 512)
    assert window.columns == Span(0, 600)


def test_photo_smaller_than_the_window_cuts_it():
    (window,) = hole_windows(photo_with(900, 1600, (300, 700, 400, 200)))
    assert window.rows == Span(0, 900)
    assert window.columns == Span(300, 1000)


def test_windows_that_touch_become_one_and_hold_both_holes_whole():
    hole = photo_with(3000, 4000, (1000, 1000, 100, 100), (1050, 1500, 80, 120))
    (window,) = hole_windows(hole)
    assert hole[rows_and_columns(window)].sum() == hole.sum()


def test_merging_goes_on_until_no_windows_touch():
    # The first two make a box that reaches the third, which neither reaches alone.
    hole = photo_with(4000, 4000, (300, 300, 9, 9), (700, 700, 9, 9), (300, 1100, 9, 9))
    assert len(hole_windows(hole)) == 1


def test_holes_far_apart_have_windows_of_their_own():
    hole = photo_with(3000, 4000, (100, 100, 40, 40), (2000, 3000, 400, 300))
    first, second = hole_windows(hole)
    assert first.scale == 1 and second.scale == 3
    assert hole[rows_and_columns(first)].sum() == 40 * 40
    assert hole[rows_and_columns(second)].sum() == 400 * 300


def test_every_hole_is_in_exactly_one_window_that_cuts_none():
    random = np.random.default_rng(3)
    for _ in range(20):
        boxes = [
            (*random.integers(0, 900, 2), *random.integers(1, 120, 2))
            for _ in range(random.integers(1, 7))
        ]
        hole = photo_with(1024, 1100, *boxes)
        times = np.zeros(hole.shape, int)
        for window in hole_windows(hole, working_size=128):
            rows, columns = rows_and_columns(window)
            times[rows, columns] += 1
            assert max(window.rows.size, window.columns.size) <= 128 * window.scale
            edge = np.pad(
                np.zeros([window.rows.size - 2, window.columns.size - 2], bool),
                1,
                constant_values=True,
            )
            border_of_photo = times * 0 == 1
            border_of_photo[[0, -1]] = border_of_photo[:, [0, -1]] = True
            inner_edge = edge & ~border_of_photo[rows, columns]
            assert not (hole[rows, columns] & inner_edge).any()
        assert times.max() == 1 and (times[hole] == 1).all()


def test_holes_that_meet_at_a_corner_are_one():
    (window,) = hole_windows(photo_with(2000, 3000, (900, 1200, 100, 100), (1000, 1300, 100, 100)))
    assert window == Window(Span(700, 600), Span(1000, 600), 2)


def test_one_window_around_all_holes():
    boxes = (100, 310, 40, 30), (480, 1000, 20, 300)
    hole = photo_with(2000, 3000, *boxes)
    rows, columns = Span(100, 400), Span(310, 990)
    assert one_window(hole) == [window_around(rows, columns, 2000, 3000)]
    assert one_window(hole, 96) == [window_around(rows, columns, 2000, 3000, 96)]
    assert one_window(hole, 96)[0].scale == 32 and len(hole_windows(hole, 96)) == 2
    alone = photo_with(2000, 3000, boxes[1])
    assert one_window(alone, 128) == hole_windows(alone, 128)


def test_window_in_a_graph_is_the_same():
    hole = photo_with(1500, 2100, (200, 1700, 340, 90))
    (wanted,) = hole_windows(hole)

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 1], tf.float32)])
    def window_of(mask):
        shape = tf.shape(mask)
        return window_around(*hole_spans(mask), shape[1], shape[2])

    found = window_of(hole[None, ..., None].astype(np.float32))
    assert tf.nest.map_structure(int, found) == wanted


def test_photos_of_ordinary_size_are_whole():
    assert is_whole(512, WHOLE_SIZE) and not is_whole(512, WHOLE_SIZE + 1)
    assert not is_whole(WHOLE_SIZE + 1, 100)


def rows_and_columns(window):
    return tuple(slice(span.start, span.stop) for span in (window.rows, window.columns))


def iopaint_crops(hole, margin=128):
    """The crops of IOPaint's strategy of that name, by its published rules: (rows, columns)."""
    import cv2

    contours, _ = cv2.findContours(
        hole.astype(np.uint8) * 255, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    for left, top, width, height in map(cv2.boundingRect, contours):
        yield tuple(
            slice(*_moved(start + size // 2 - (size + 2 * margin) // 2, size + 2 * margin, side))
            for start, size, side in ((top, height, hole.shape[0]), (left, width, hole.shape[1]))
        )


def _moved(start, size, side):
    stop = start + size
    start, stop = start - max(stop - side, 0), stop - min(start, 0)
    return max(start, 0), min(stop, side)


def test_neighbouring_hole_is_never_cut_where_a_fixed_margin_cuts_it():
    hole = photo_with(3000, 4000, (1000, 1000, 200, 200), (1000, 1260, 200, 400))
    assert all(hole[crop].sum() < hole.sum() for crop in iopaint_crops(hole))
    assert any(  # the other hole is partly in the crop
        hole[crop].sum() not in (200 * 200, 200 * 400) for crop in iopaint_crops(hole)
    )
    (window,) = hole_windows(hole)
    assert hole[rows_and_columns(window)].sum() == hole.sum()


def test_large_hole_has_context_where_a_fixed_margin_has_none():
    hole = photo_with(4000, 6000, (1400, 2400, 1200, 1200))
    (crop,) = iopaint_crops(hole)
    assert hole[crop].mean() > 0.6
    (window,) = hole_windows(hole)
    assert hole[rows_and_columns(window)].mean() < 0.12
    assert 3600 / window.scale <= WORKING_SIZE
