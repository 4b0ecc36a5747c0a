"""One picture from file to file: first everything that can be refused, then the network."""

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
from inpaint_tf.inference.hole import marked_hole
from inpaint_tf.inference.photo import MAX_PIXELS, Photo, read_photo
from inpaint_tf.inference.photo_write import format_of, require_writable, write_photo
from inpaint_tf.inference.sketch import read_sketch
from inpaint_tf.inference.strip import stages_strip, strip_path


class Prepared(NamedTuple):
    """A picture ready for the network.

    job, photo: its `Job` and `Photo`. hole: `[H, W]` bool. notices: sentences about it.
    opaque: whether the filled pixels become opaque.
    lines: `[H, W]` bool, the sketch, or None.
    scaled: whether the picture differs in size from its file.
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
        save_all: whether a strip of all stages, and the gates of a network with gates, will be
            written too.
        sketch: a `SketchFile` of the lines in the hole, `LANDMARKS` for lines of the faces in the
            picture, or None.
        size: (height, width) to which the picture is scaled first, or None.

    Returns:
        A `Prepared`.

    Raises:
        InputError: something is wrong with the files.
    """
    photo = read_photo(job.image, max_pixels)
    mask = None if job.mask is None else read_photo(job.mask, max_pixels)
    prepared = prepare_read(job, photo, mask, source, size)
    also = [strip_path(job.output), gates_path(job.output)] if save_all else []
    for path in [job.output, *also]:
        require_writable(path)
        for given in (job.image, job.mask):
            if given is not None and os.path.exists(path) and os.path.samefile(path, given):
                raise InputError(f"{path} would overwrite {given}; choose another output.")
    lines, about_sketch = _lines(sketch, prepared.photo, prepared.hole, max_pixels, job.image)
    return prepared._replace(lines=lines, notices=(*prepared.notices, *about_sketch))


def prepare_read(job, photo, mask, source, size=None):
    """As `prepare`, for files that have been read already, wherever they and the output are.

    Args:
        job: a `Job`, whose paths are only names for messages here.
        photo, mask: the `Photo`s of its picture and of its mask, or None.
        source: a `HoleSource`.
        size: (height, width) to which the picture is scaled first, or None.
    """
    height, width = photo.color.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        raise InputError(
            f"{job.image} is {width}x{height}; expected at least "
            f"{SMALLEST_SIDE}x{SMALLEST_SIDE} pixels."
        )
    scaled = size is not None and (height, width) != tuple(size)
    if scaled:
        photo = scaled_photo(photo, size)
    hole, notices = marked_hole(photo, mask, job.mask, source, job.image)
    notices = (*photo.notices, *notices)
    return Prepared(job, photo, hole, notices, source.transparent, None, scaled)


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
    """A `Photo` scaled to (height, width): by averaging if it becomes smaller, else bilinear."""
    import cv2  # a tenth of a second, only for those who ask

    def scaled(pixels):
        smaller = size[0] <= pixels.shape[0] and size[1] <= pixels.shape[1]
        method = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        return cv2.resize(pixels, tuple(size)[::-1], interpolation=method)

    alpha = None if photo.alpha is None else scaled(photo.alpha)
    return photo._replace(color=scaled(photo.color), alpha=alpha)


def copy_picture(prepared):
    """Writes a picture without a hole; byte by byte if the format stays the same."""
    job, photo = prepared.job, prepared.photo
    if not stays_as_it_is(prepared):
        return write_photo(job.output, photo)
    with replacing(job.output) as temporary:
        shutil.copyfile(job.image, temporary)
    return []


def stays_as_it_is(prepared):
    """Whether the result of a picture without a hole is the picture's own file."""
    return not prepared.scaled and format_of(prepared.job.output) == prepared.photo.format


def complete(prepared, inpainter, feather=0, save_all=False):
    """Fills the hole and writes the picture.

    Args:
        prepared: a `Prepared` whose hole is not empty.
        inpainter: an `Inpainter`.
        feather: pixels inside the hole over which its seam is blended.
        save_all: also write the strip of all stages, at `strip_path(output)`, and the gates of a
            network with gates, at `gates_path(output)`.

    Returns:
        A list of sentences about what the network may not fill well, and about what the format of
        the output cannot hold.
    """
    job, photo, hole = prepared.job, prepared.photo, prepared.hole
    if save_all:
        guide = {} if prepared.lines is None else {"sketch": prepared.lines}
        stages = inpainter.stages(photo.color, hole, feather=feather, alpha=photo.alpha, **guide)
        strip = stages_strip(photo.color, hole, stages)
        write_photo(strip_path(job.output), Photo(strip))
        gates = inpainter.gates(photo.color, hole, **guide)
        if gates is not None:
            write_photo(gates_path(job.output), Photo(gates))
        completed = _filled(prepared, stages.completed)
    else:
        (completed,) = fill([prepared], inpainter, feather)
    return [*inpainter.doubts(hole), *write_photo(job.output, completed)]


def layout(prepared):
    """The properties that pictures must have in common for `fill` to take them together."""
    photo = prepared.photo
    return photo.color.shape, photo.color.dtype.str, photo.alpha is None, prepared.lines is None


def fill(batch, inpainter, feather=0):
    """Fills the holes of pictures of one `layout`.

    Args:
        batch: a list of `Prepared`, whose holes are not empty.
        inpainter: an `Inpainter`.
        feather: pixels inside the hole over which its seam is blended.

    Returns:
        A list of their completed `Photo`s.
    """
    if len(batch) == 1:
        color, hole, alpha, lines = _given(batch[0])
    else:
        color, hole, alpha, lines = (
            None if each[0] is None else np.stack(each) for each in zip(*map(_given, batch))
        )
        color = color[..., None] if color.ndim == 3 else color  # grey, and no fourth side
    guide = {} if lines is None else {"sketch": lines}
    completed = inpainter(color, hole, feather=feather, alpha=alpha, **guide)
    completed = completed.reshape(len(batch), *batch[0].photo.color.shape)
    return [_filled(*each) for each in zip(batch, completed)]


def _given(prepared):
    return prepared.photo.color, prepared.hole, prepared.photo.alpha, prepared.lines


def _filled(prepared, color):
    """The `Photo` with other colours, its filled pixels opaque if requested."""
    alpha = prepared.photo.alpha
    if prepared.opaque and alpha is not None:
        alpha = np.where(prepared.hole, np.iinfo(alpha.dtype).max, alpha).astype(alpha.dtype)
    return prepared.photo._replace(color=color, alpha=alpha)
