"""The square around a face that landmarks are read from, and points in and outside it."""

import numpy as np

CONTEXT = 1.5  # side of the square by the longer side of the landmarks' box


def square_around(points, context=CONTEXT):
    """The square around landmarks.

    Args:
        points: `[..., P, 2]` x, y.
        context: how much longer its side is than the longer side of the points' box.

    Returns:
        `[..., 4]` float32 top, left, height, width.
    """
    points = np.asarray(points, np.float32)
    low, high = points.min(axis=-2), points.max(axis=-2)
    return _square((low + high) / 2, (high - low).max(axis=-1) * context)


def square_of_box(box, context=CONTEXT):
    """The square around a `[..., 4]` box, as `square_around`."""
    box = np.asarray(box, np.float32)
    middle = box[..., :2] + box[..., 2:] / 2
    return _square(middle[..., ::-1], box[..., 2:].max(axis=-1) * context)


def from_crop(points, square, size):
    """Points in pixels of a crop of `size` (h, w) -> points in pixels of the picture.

    Args:
        points: `[..., P, 2]` x, y.
        square: `[..., 4]` top, left, height, width.
    """
    square = square[..., None, :]
    scale = square[..., 3:1:-1] / (size[1], size[0])
    return points * scale + square[..., 1::-1]


def _square(middle, side):
    """From the middle `[..., 2]` (x, y) and the side `[...]`."""
    corner = middle[..., ::-1] - side[..., None] / 2
    return np.concatenate([corner, np.stack([side, side], axis=-1)], axis=-1).astype(np.float32)
