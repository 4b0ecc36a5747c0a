"""Pictures side by side: original, hole, stages, attention; and sheets of training examples."""

import math

import numpy as np
from PIL import Image, ImageDraw

GAP, GAP_COLOR = 2, 255
HOLE_COLOR = 255
LEGEND_HEIGHT, LEGEND_COLOR = 14, (0, 0, 0)


def stage_panels(pictures, masks, stages, completed, offsets=None, names=()):
    """One row per picture: original | hole | every stage | completed | attention.

    Args:
        pictures, completed: `[N, H, W, 3]` uint8.
        stages: list of the same.
        masks: `[N, H, W, 1]`, 1 = hole.
        offsets: `[N, h, w, 2]` int32, or None without attention.
        names: of the stages; if given, a line on top names each column.

    Returns:
        `[rows, columns, 3]` uint8 array.
    """
    columns = [pictures, with_holes(pictures, masks), *stages, completed]
    if offsets is not None:
        # Only here: strips of stages use the rest without TensorFlow.
        from inpaint_tf.visualization.flow_color import flow_color

        columns.append(enlarge(np.asarray(flow_color(offsets)), pictures.shape[1:3]))
    sheet = grid([picture for row in zip(*columns) for picture in row], len(columns))
    if not names:
        return sheet
    titles = ["original", "hole", *names, "completed", "attention"][: len(columns)]
    return np.concatenate([legend(titles, pictures.shape[2]), sheet])


def legend(names, width):
    """The names of columns of a width, `[LEGEND_HEIGHT, W, 3]` uint8; long ones are cut."""
    columns = []
    for name in names:
        column = Image.new("RGB", (width, LEGEND_HEIGHT), (GAP_COLOR,) * 3)
        ImageDraw.Draw(column).text((1, 1), name, LEGEND_COLOR)
        columns.append(np.asarray(column))
    return grid(columns, len(columns))


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


def grid(pictures, columns, gap=GAP):
    """Pictures of one size in rows of `columns`, with `gap` pixels between them."""
    height, width = pictures[0].shape[:2]
    rows = math.ceil(len(pictures) / columns)
    sheet = np.full(
        [rows * (height + gap) - gap, columns * (width + gap) - gap, 3], GAP_COLOR, np.uint8
    )
    for number, picture in enumerate(pictures):
        top, left = (height + gap) * (number // columns), (width + gap) * (number % columns)
        sheet[top : top + height, left : left + width] = picture
    return sheet
