"""A sketch of the outlines in the hole: white lines on black."""

from typing import NamedTuple

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.arrays import DEPTHS
from inpaint_tf.inference.mask_file import brightness
from inpaint_tf.inference.photo import MAX_PIXELS, read_photo

THRESHOLD = 0.6  # of white, from the release: what is brighter is a line
# A sketch is mostly black, and lines leave most of a hole free.
MOST_WHITE, MOST_OF_HOLE = 0.5, 0.5


class SketchFile(NamedTuple):
    """A sketch as a file: its path, and whether its lines are dark on white."""

    path: str
    invert: bool = False


def read_sketch(sketch, hole, max_pixels=MAX_PIXELS):
    """Reads a sketch of a picture.

    Args:
        sketch: `SketchFile`.
        hole: `[H, W]` bool, of the picture.
        max_pixels: the most pixels that the file may have.

    Returns:
        `[H, W]` bool, True on lines, and a list of sentences about what may be unintended.

    Raises:
        InputError: the file cannot be read, has another size, or is not a sketch.
    """
    photo = read_photo(sketch.path, max_pixels)
    grey = brightness(photo.color)
    if grey.shape != hole.shape:
        raise InputError(
            f"{sketch.path} is {grey.shape[1]}x{grey.shape[0]}, the picture "
            f"{hole.shape[1]}x{hole.shape[0]}; expected a sketch of the picture's size."
        )
    lines = grey > THRESHOLD * 255
    notices = list(photo.notices)
    if (lines == hole).all() and hole.any():
        raise InputError(
            f"{sketch.path} marks exactly the hole, so it is a mask; expected lines of what the "
            "hole is to hold."
        )
    if sketch.invert:
        lines = ~lines
    elif lines.mean() > MOST_WHITE:
        lines = ~lines
        notices.append(
            f"{sketch.path} is mostly white; it is taken for dark lines on white, as "
            "--invert_sketch says without this notice."
        )
    require_lines(lines, hole, sketch.path)
    if hole.any() and not lines[hole].any():
        notices.append(f"{sketch.path} has no line in the hole, so it changes nothing.")
    return lines, notices


def require_lines(lines, hole, name):
    """Raises `InputError` if `[..., H, W]` bool lines cover more of a hole than lines do."""
    inside = lines[hole]
    if inside.size and inside.mean() > MOST_OF_HOLE:
        raise InputError(
            f"{name} covers {inside.mean():.0%} of the hole; expected thin white lines on black, "
            f"at most {MOST_OF_HOLE:.0%} of it."
        )


def lines_for(model, sketch, holes):
    """A sketch in the form that a guided network takes.

    Args:
        model: a generator.
        sketch: as in `as_lines`.
        holes: `[B, H, W, 1]` bool.

    Returns:
        `[B, H, W, 1]` bool, True = line.

    Raises:
        InputError: as for `as_lines`, or the network is not guided, or the sketch covers the hole.
    """
    if not model.guided:
        raise InputError(
            "a sketch is given, but the network is not guided by one; expected weights of a "
            "network with the option guided, or no sketch."
        )
    lines = as_lines(sketch, *holes.shape[:3])
    for line, hole in zip(lines, holes):
        require_lines(line, hole, "the sketch")
    return lines


def as_lines(sketch, batch, height, width):
    """Brings a sketch or a batch of sketches into one form.

    Args:
        sketch: `[H, W]`, `[H, W, 1]`, `[B, H, W]` or `[B, H, W, 1]`; one sketch may be for a batch.
            bool (True = line), uint8, uint16 or float in [0, 1] (line above 0.6 of white).
        batch, height, width: of the pictures.

    Returns:
        `[B, H, W, 1]` bool, True = line.

    Raises:
        InputError: another type, shape or range.
    """
    sketch = np.asarray(sketch)
    lines = sketch[..., 0] if sketch.ndim in (3, 4) and sketch.shape[-1] == 1 else sketch
    lines = lines[None] if lines.ndim == 2 else lines
    if lines.shape not in ((batch, height, width), (1, height, width)):
        raise InputError(
            f"sketch has shape {sketch.shape}, expected {(height, width)}, one for each of "
            f"{batch} pictures or one for all."
        )
    return np.broadcast_to(_thresholded(lines), (batch, height, width))[..., None]


def _thresholded(lines):
    if lines.dtype == bool:
        return lines
    if lines.dtype in DEPTHS:
        return lines > THRESHOLD * np.iinfo(lines.dtype).max
    if np.issubdtype(lines.dtype, np.floating):
        if not np.all((lines >= 0) & (lines <= 1)):
            raise InputError("sketch holds floats outside 0 to 1, expected 1 for a line.")
        return lines > THRESHOLD
    raise InputError(f"sketch has type {lines.dtype}, expected bool, uint8, uint16 or float.")
