"""A photo and its mask as input of a server's `encoded`, and its answer back into the photo."""

import io

import numpy as np
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.arrays import Pictures
from inpaint_tf.inference.folder import require_other_mask
from inpaint_tf.inference.hole import HoleSource, find_hole
from inpaint_tf.inference.jpeg_parts import is_lossless, jpeg_parts
from inpaint_tf.inference.metadata import orientation_of
from inpaint_tf.inference.opening import format_of_bytes, open_picture
from inpaint_tf.inference.photo import join, photo_of, read_photo

_PLAIN_MODES = ("L", "RGB")


def read_upload(image_path, mask_path, face_region=None):
    """Reads the picture and its hole as `python test.py` does.

    Orientation tags are applied here, because the server decodes pixels as they are stored.
    Transparency is sent, so that no detail is borrowed from invisible pixels.

    Args:
        image_path: the picture.
        mask_path: the mask file, or None if only faces mark the hole.
        face_region: as in `HoleSource`.

    Returns:
        `(photo, hole, image_bytes, mask_bytes, notices)`: the `Photo`, its `[H, W]` bool hole, the
        two files to send, and sentences about what may be unintended.

    Raises:
        InputError: a file cannot be used.
    """
    require_other_mask(image_path, mask_path)
    photo = read_photo(image_path)
    if photo.color.dtype != np.uint8:
        raise InputError(
            f"{image_path} has 16 bits a channel, and servers take 8; `python test.py` completes "
            "such pictures."
        )
    hole, notices = find_hole(
        photo, mask_path, HoleSource(face_region=face_region), name=image_path
    )
    image_bytes = _plain_jpeg(image_path, photo) or _png(with_alpha(photo))
    mask_bytes = _png(hole.astype(np.uint8) * 255)
    return photo, hole, image_bytes, mask_bytes, [*photo.notices, *notices]


def most_bytes(photo):
    """Bytes of the largest PNG file that a server may answer, with metadata."""
    height, width = photo.color.shape[:2]
    return 5 * height * width + 2**20


def put_back(photo, hole, completed_bytes, server):
    """The photo with the server's colours in its hole; known pixels never change.

    Args:
        photo: the `Photo`.
        hole: `[H, W]` bool.
        completed_bytes: the answer, a PNG file.
        server: what messages call it.

    Raises:
        InputError: the answer is not a picture of the photo's size.
    """
    height, width = photo.color.shape[:2]
    try:
        if format_of_bytes(completed_bytes) != "PNG":
            raise InputError("no PNG file")
        answer = photo_of(io.BytesIO(completed_bytes), "the answer", height * width)
    except InputError as error:
        raise InputError(
            f"{server} answered with something that is not a PNG file of {width}x{height} pixels."
        ) from error
    color = join(answer)
    if photo.alpha is not None and color.ndim == 3 and color.shape[2] == 4:
        color = color[..., :3]
        if photo.color.ndim == 2:  # grey with transparency goes as RGB, which servers take
            color = Pictures(color[None], None, True, photo.color.shape).restore(color[None])
    if color.shape != photo.color.shape or color.dtype != photo.color.dtype:
        raise InputError(
            f"{server} answered with pixels of shape {color.shape}, expected {photo.color.shape}."
        )
    where = hole if color.ndim == 2 else hole[..., None]
    return photo._replace(color=np.where(where, color, photo.color))


def _plain_jpeg(path, photo):
    """The file without its side data, or None if a server would decode it to other pixels."""
    if photo.format != "JPEG" or photo.notices:
        return None
    with open(path, "rb") as file:
        parts = jpeg_parts(path, file.read())
    fine = orientation_of(parts.exif) == 1 and open_picture(parts.data).mode in _PLAIN_MODES
    fine = fine and not is_lossless(parts.data)  # which servers do not decode
    return parts.data if fine else None


def with_alpha(photo):
    """Pixels for a server, which takes grey, RGB and RGBA."""
    if photo.alpha is None:
        return photo.color
    color = photo.color if photo.color.ndim == 3 else np.dstack([photo.color] * 3)
    return np.dstack([color, photo.alpha])


def _png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
