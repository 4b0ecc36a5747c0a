"""One picture from file to file: everything that can be refused first, then the network."""

import os
import shutil
from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing
from inpaint_tf.inference.arrays import SMALLEST_SIDE
from inpaint_tf.inference.face_sketch import LANDMARKS, face_sketch
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
    scaled: whether the picture is not as its file has it.
    """

    job: Job
    photo: Photo
    hole: np.ndarray
    notices: tuple
    opaque: bool = False
    lines: Optional[np.ndarray] = None
    scaled: bool = False


def prepare(job, source, max_pixels=MAX_PIXELS, save_all=False, sketch=None, size=None):
    """Reads a picture and its hole, and makes sure that the result can be written.

    Args:
        job: a `Job`.
        source: a `HoleSource`.
        max_pixels: the most pixels that a picture or a mask may have.
        save_all: a strip of all stages, and the gates of a network with gates, are to be written
            too.
        sketch: a `SketchFile` of what the hole is to hold, `LANDMARKS` for lines of the faces in
            the picture, or None.
        size: (height, width) to which the picture is scaled first, or None.

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
    scaled = size is not None and (height, width) != tuple(size)
    if scaled:
        photo = scaled_photo(photo, size)
    hole, notices = find_hole(photo, job.mask, source, max_pixels, job.image)
    also = [strip_path(job.output), gates_path(job.output)] if save_all else []
    for path in [job.output, *also]:
        require_writable(path)
        for given in (job.image, job.mask):
            if given is not None and os.path.exists(path) and os.path.samefile(path, given):
                raise InputError(f"{path} would overwrite {given}; choose another output.")
    lines, about_sketch = _lines(sketch, photo, hole, max_pixels, job.image)
    notices = (*photo.notices, *notices, *about_sketch)
    return Prepared(job, photo, hole, notices, source.transparent, lines, scaled)


def _lines(sketch, photo, hole, max_pixels, name):
    """The sketch as `[H, W]` bool or None, and sentences about it."""
    if sketch is None:
        return None, ()
    if sketch != LANDMARKS:
        return read_sketch(sketch, hole, max_pixels)
    lines = face_sketch(photo.color, name)
    if hole.any() and not lines[hole].any():
        return lines, (f"no line of a face in {name} lies in the hole, so they change nothing.",)
    return lines, ()


def scaled_photo(photo, size):
    """A `Photo` scaled to (height, width): averaged where it becomes smaller, else bilinear."""
    import cv2  # a tenth of a second, only for those who ask

    def scaled(pixels):
        smaller = size[0] <= pixels.shape[0] and size[1] <= pixels.shape[1]
        method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        return cv2.resize(pixels, tuple(size)[::-1], interpolation=method)

    alpha = None if photo.alpha is None else scaled(photo.alpha)
    return photo._replace(color=scaled(photo.color), alpha=alpha)


def copy_picture(prepared):
    """Writes a picture that has no hole; byte by byte where the format is to stay the same."""
    job, photo = prepared.job, prepared.photo
    if prepared.scaled or format_of(job.output) != photo.format:
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
