"""Large photos: the windows around their holes, and the scale of each.

A network that learned from pictures of 256 pixels sees too little of a photo of 6000. So a large
photo is not completed as a whole: each group of holes has a window, wide enough that the hole is at
most a third of it if the photo allows, and the window is scaled down to the network's working size.
"""

from typing import NamedTuple

import cv2
import numpy as np
import tensorflow as tf

from inpaint_tf.inference.working_size import WHOLE_SIZE, WORKING_SIZE
from inpaint_tf.ops.spans import Span, is_static, maximum


class Window(NamedTuple):
    """A part of a photo that is completed by itself.

    rows, columns: `Span`s of the photo.
    scale: the factor by which it is scaled down for the network, see `scale_of`.
    """

    rows: Span
    columns: Span
    scale: int


def window_around(rows, columns, height, width, working_size=WORKING_SIZE):
    """The window around one hole.

    On every side the margin is the longer side of the hole, so that the hole is at most a third
    of the window; small holes get a window of `working_size`. At the border of the photo the window
    is moved inside, and if the photo is smaller than the window, the window is cut.

    Args:
        rows, columns: `Span`s, the box of the hole.
        height, width: of the photo.
        working_size: the longest side in pixels that the network is to see.

    Returns:
        A `Window` of ints if all arguments are ints, otherwise of scalar int32 tensors.
    """
    longest = maximum(rows.size, columns.size)
    rows, columns = (
        box.within(side, maximum(longest, (working_size - box.size) // 2))
        for box, side in ((rows, height), (columns, width))
    )
    return Window(rows, columns, scale_of(maximum(rows.size, columns.size), working_size))


def scale_of(longest, working_size=WORKING_SIZE):
    """The least of 1, 2, 3, 4, 6, 8, 12 ... that brings `longest` to `working_size` or below.

    These are powers of two, and three times these: a source found in the small picture is located
    in the large one in steps by two (and at most one by three).
    """
    needed = maximum(1, (longest + working_size - 1) // working_size)
    if not is_static(needed):
        return _scale_in_graph(needed)
    power = 1 << (needed - 1).bit_length()
    return power // 4 * 3 if power >= 4 and power // 4 * 3 >= needed else power


def _scale_in_graph(needed):
    scales = tf.constant([scale for power in range(16) for scale in (2**power, 3 * 2**power)])
    return tf.reduce_min(tf.boolean_mask(scales, scales >= needed))


def hole_windows(hole, working_size=WORKING_SIZE):
    """The windows of all holes of a photo.

    Every connected hole has its `window_around`; windows that overlap or adjoin become one, the
    box around them, so that no window ends within a hole or contains a part of another one.

    Args:
        hole: `[H, W]` bool.
        working_size: the longest side in pixels that the network is to see.

    Returns:
        A list of `Window` of ints that do not overlap, from top to bottom; together they hold
        every hole.
    """
    height, width = hole.shape
    boxes = [
        (window.rows, window.columns)
        for window in (
            window_around(rows, columns, height, width, working_size)
            for rows, columns in _boxes(hole)
        )
    ]
    while True:
        covered = np.zeros(hole.shape, bool)
        for rows, columns in boxes:
            covered[rows.start : rows.stop, columns.start : columns.stop] = True
        merged = _boxes(covered)
        if len(merged) == len(boxes):
            return [
                Window(rows, columns, scale_of(max(rows.size, columns.size), working_size))
                for rows, columns in merged
            ]
        boxes = merged


def _boxes(marked):
    """The boxes of the connected parts (by edges or corners), as pairs of `Span`s."""
    _, _, parts, _ = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
    return [
        (Span(int(top), int(height)), Span(int(left), int(width)))
        for left, top, width, height, _ in parts[1:]  # the first is what is not marked
    ]


def one_window(hole, working_size=WORKING_SIZE):
    """A list of one window around all holes of a photo, as in exported graphs.

    Args:
        hole: `[H, W]` bool, not empty.
        working_size: as in `window_around`.
    """
    rows, columns = (np.flatnonzero(hole.any(axis=axis)) for axis in (1, 0))
    spans = (Span(int(hit[0]), int(hit[-1] - hit[0] + 1)) for hit in (rows, columns))
    return [window_around(*spans, *hole.shape, working_size)]


def is_whole(height, width, whole_size=WHOLE_SIZE):
    """Whether a photo is completed as it is, without windows."""
    return maximum(height, width) <= whole_size
