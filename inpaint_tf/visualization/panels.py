"""Pictures side by side: original, hole, stages, attention; and sheets of training examples."""

import math

import numpy as np

from inpaint_tf.visualization.flow_color import flow_color

GAP, GAP_COLOR = 2, 255
HOLE_COLOR = 255


def stage_panels(pictures, masks, stages, completed, offsets=None):
    """One row per picture: original | hole | every stage | completed | attention.

    Args:
        pictures, completed: `[N, H, W, 3]` uint8.
        stages: list of the same.
        masks: `[N, H, W, 1]`, 1 = hole.
        offsets: `[N, h, w, 2]` int32, or None without attention.

    Returns:
        `[rows, columns, 3]` uint8 array.
    """
    columns = [pictures, with_holes(pictures, masks), *stages, completed]
    if offsets is not None:
        columns.append(enlarge(np.asarray(flow_color(offsets)), pictures.shape[1:3]))
    return grid([picture for row in zip(*columns) for picture in row], len(columns))


def with_holes(pictures, masks, boxes=None):
    """Pictures with white holes; boxes, if given, as thin lines around the local view."""
    shown = np.where(np.asarray(masks) > 0, np.uint8(HOLE_COLOR), pictures)
    for picture, box in zip(shown, () if boxes is None else boxes):
        top, left, height, width = (int(n) for n in box)
        picture[[top, top + height - 1], left : left + width] = (255, 0, 0)
        picture[top : top + height, [left, left + width - 1]] = (255, 0, 0)
    return shown


def enlarge(pictures, size):
    """Repeats pixels until `[N, h, w, 3]` pictures have the size (H, W)."""
    rows = np.arange(size[0]) * pictures.shape[1] // size[0]
    columns = np.arange(size[1]) * pictures.shape[2] // size[1]
    return pictures[:, rows][:, :, columns]


def grid(pictures, columns):
    """Equal pictures in rows of `columns`, with a gap between them."""
    height, width = pictures[0].shape[:2]
    rows = math.ceil(len(pictures) / columns)
    sheet = np.full(
        [rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3], GAP_COLOR, np.uint8
    )
    for number, picture in enumerate(pictures):
        top, left = (height + GAP) * (number // columns), (width + GAP) * (number % columns)
        sheet[top : top + height, left : left + width] = picture
    return sheet
