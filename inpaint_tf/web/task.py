"""One picture from bytes to bytes, as `python test.py` goes from file to file."""

import io
import time
from typing import Callable, NamedTuple, Optional, Union

import numpy as np

from inpaint_tf.inference.hole import marked_hole
from inpaint_tf.inference.photo import photo_of
from inpaint_tf.inference.photo_write import photo_bytes

IMAGE, MASK = "image", "mask"  # their names in messages
MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WebP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}
FORMAT_OF_MEDIA_TYPE = {media_type: name for name, media_type in MEDIA_TYPES.items()}


class Options(NamedTuple):
    """How a hole is filled; None is as the server was started.

    feather: pixels inside the hole over which its seam is blended.
    detail: whether fine structure is borrowed from the known part; None follows the weights.
    seed: of the patches that are tried at random for it.
    working_size: the size at which large pictures go through the network, as in the `Inpainter`.
    """

    feather: int = 0
    detail: Optional[bool] = None
    seed: int = 0
    working_size: Union[str, int, None] = None


class Task(NamedTuple):
    """A picture to complete.

    image: bytes of the picture file.
    mark: function of the `Photo` that gives its `[H, W]` bool hole and a list of notices.
    options: an `Options`.
    format: of the result, a key of `MEDIA_TYPES`; None is the picture's own.
    opaque: whether the filled pixels become opaque, for holes erased to transparency.
    """

    image: bytes
    mark: Callable
    options: Options = Options()
    format: Optional[str] = None
    opaque: bool = False


class Done(NamedTuple):
    """A completed picture: the file's bytes, its format, seconds of work, notices, its size."""

    data: bytes
    format: str
    seconds: float
    notices: tuple
    width: int
    height: int


def marked_by(mask, max_pixels, source):
    """A `mark` for a `HoleSource` and the bytes of a mask file, or None.

    The mask is read like every mask in this package.
    """

    def mark(photo):
        read = None if mask is None else photo_of(io.BytesIO(mask), MASK, max_pixels)
        return marked_hole(photo, read, MASK, source, IMAGE)

    return mark


def complete(task, backend, max_pixels):
    """Completes one picture.

    Args:
        task: a `Task`.
        backend: a `Local` or `Remote`.
        max_pixels: the most pixels that the picture may have.

    Returns:
        A `Done`. Without a hole, and in its own format, the picture comes back byte by byte.

    Raises:
        InputError: the picture or the mask cannot be used.
    """
    start = time.perf_counter()
    photo = photo_of(io.BytesIO(task.image), IMAGE, max_pixels)
    height, width = photo.color.shape[:2]
    hole, notices = task.mark(photo)
    file_format = task.format or photo.format
    if hole.any():
        photo = photo._replace(color=backend(photo, hole, task.options))
        notices = [*notices, *backend.doubts(hole)]
        if task.opaque and photo.alpha is not None:
            photo = photo._replace(alpha=np.where(hole, _opaque(photo.alpha), photo.alpha))
    if hole.any() or file_format != photo.format:
        data, lost = photo_bytes(photo, file_format, IMAGE)
    else:
        data, lost = task.image, []
    seconds = time.perf_counter() - start
    notices = (*photo.notices, *notices, *lost)
    return Done(data, file_format, seconds, notices, width, height)


def _opaque(alpha):
    return alpha.dtype.type(np.iinfo(alpha.dtype).max)
