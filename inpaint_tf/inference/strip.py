"""All stages of one completion in one picture, side by side."""

import os

import numpy as np

from inpaint_tf.inference.photo_write import to_8_bits
from inpaint_tf.visualization.panels import grid, with_holes

_GAP = 8  # white pixels between two pictures


def strip_path(output):
    """The path of an output's strip: `NAME_stages.png` beside it."""
    return os.path.splitext(os.fspath(output))[0] + "_stages.png"


def stages_strip(image, hole, stages):
    """From left to right: original, hole, all stages but the last, completed, attention colours.

    If detail was borrowed, the picture before it precedes the completed one, and the colours of
    its sources come last.

    Args:
        image: `[H, W]` or `[H, W, 3]` uint8 or uint16.
        hole: `[H, W]` bool; these pixels are shown white in the second picture.
        stages: a `Stages`, each array of the image's size.

    Returns:
        `[H, N * W + (N - 1) * 8, 3]` uint8, N = 5 for two stages, one less without attention,
        two more with detail.
    """
    original = _rgb(image)
    (masked,) = with_holes(original[None], hole[None, ..., None])
    *earlier, _ = stages.pictures.values()
    made = [
        *earlier,
        stages.before_detail,
        stages.completed,
        stages.offset_colors,
        stages.source_colors,
    ]
    panels = [original, masked, *(_rgb(picture) for picture in made if picture is not None)]
    return grid(panels, len(panels), _GAP)


def _rgb(pixels):
    pixels = to_8_bits(np.asarray(pixels))
    return np.dstack([pixels] * 3) if pixels.ndim == 2 else pixels
