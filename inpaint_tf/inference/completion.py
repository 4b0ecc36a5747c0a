"""One picture from file to file: everything that can be refused first, then the network."""

import os
import shutil
from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing
from inpaint_tf.inference.arrays import SMALLEST_SIDE
from inpaint_tf.inference.folder import Job
from inpaint_tf.inference.gate_picture import gates_path
from inpaint_tf.inference.hole import find_hole
from inpaint_tf.inference.photo import MAX_PIXELS, Photo, read_photo
from inpaint_tf.inference.photo_write import format_of, require_writable, write_photo
from inpaint_tf.inference.sketch import read_sketch
from inpaint_tf.inference.strip import stages_strip, strip_path


class Prepared(NamedTuple):
    """A picture ready for the network.

    job, photo: its `Job` and `Photo`. hole: `[H, W]` bool. notices: sentences about it.
    opaque: whether what is filled becomes opaque.
    lines: `[H, W]` bool, the sketch, or None.
    """

    job: Job
    photo: Photo
    hole: np.ndarray
    notices: tuple
    opaque: bool = False
    lines: Optional[np.ndarray] = None


def prepare(job, source, max_pixels=MAX_PIXELS, save_all=False, sketch=None):
    """Reads a picture and its hole, and makes sure that the result can be written.

    Args:
        job: a `Job`.
        source: a `HoleSource`.
        max_pixels: the most pixels that a picture or a mask may have.
        save_all: a strip of all stages, and the gates of a network with gates, are to be written
            too.
        sketch: a `SketchFile` of what the hole is to hold, or None.

    Returns:
        A `Prepared`.

    Raises:
        InputError: anything about the files is not as it must be.
    """
    photo = read_photo(job.image, max_pixels)
    height, width = photo.color.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        raise InputError(
            f"{job.image} is {width}x{height}; expected at least "
            f"{SMALLEST_SIDE}x{SMALLEST_SIDE} pixels."
        )
    hole, notices = find_hole(photo, job.mask, source, max_pixels, job.image)
    also = [strip_path(job.output), gates_path(job.output)] if save_all else []
    for path in [job.output, *also]:
        require_writable(path)
        for given in (job.image, job.mask):
            if given is not None and os.path.exists(path) and os.path.samefile(path, given):
                raise InputError(f"{path} would overwrite {given}; choose another output.")
    lines, told = (None, ()) if sketch is None else read_sketch(sketch, hole, max_pixels)
    notices = (*photo.notices, *notices, *told)
    return Prepared(job, photo, hole, notices, source.transparent, lines)


def copy_picture(prepared):
    """Writes a picture that has no hole; byte by byte where the format is to stay the same."""
    job, photo = prepared.job, prepared.photo
    if format_of(job.output) != photo.format:
        return write_photo(job.output, photo)
    with replacing(job.output) as temporary:
        shutil.copyfile(job.image, temporary)
    return []


def complete(prepared, inpainter, feather=0, save_all=False):
    """Fills the hole and writes the picture.

    Args:
        prepared: a `Prepared` whose hole is not empty.
        inpainter: an `Inpainter`.
        feather: pixels inside the hole over which its seam is blended.
        save_all: also write the strip of all stages, at `strip_path(output)`, and the gates of a
            network with gates, at `gates_path(output)`.

    Returns:
        A list of sentences about what the network may not fill well, and what the format of the
        output could not hold.
    """
    job, photo, hole = prepared.job, prepared.photo, prepared.hole
    guide = {} if prepared.lines is None else {"sketch": prepared.lines}
    if save_all:
        stages = inpainter.stages(photo.color, hole, feather=feather, alpha=photo.alpha, **guide)
        completed = stages.completed
        strip = stages_strip(photo.color, hole, stages)
        write_photo(strip_path(job.output), Photo(strip))
        gates = inpainter.gates(photo.color, hole, **guide)
        if gates is not None:
            write_photo(gates_path(job.output), Photo(gates))
    else:
        completed = inpainter(photo.color, hole, feather=feather, alpha=photo.alpha, **guide)
    alpha = photo.alpha
    if prepared.opaque and alpha is not None:
        alpha = np.where(hole, np.iinfo(alpha.dtype).max, alpha).astype(alpha.dtype)
    completed_photo = photo._replace(color=completed, alpha=alpha)
    return [*inpainter.doubts(hole), *write_photo(job.output, completed_photo)]
