"""One file -> one picture of a given size, as uint8 RGB."""

import io
import os

import numpy as np
from PIL import Image

from inpaint_tf.data.sources import changed_at, open_picture_file
from inpaint_tf.errors import InputError
from inpaint_tf.inference.jpeg_parts import (
    is_lossless,
    jpeg_parts,
    require_few_scans,
    require_whole,
)
from inpaint_tf.inference.metadata import orientation_of
from inpaint_tf.inference.opening import format_of_bytes, open_picture
from inpaint_tf.inference.orientation import upright
from inpaint_tf.inference.photo import (
    MAX_PIXELS,
    damage_named,
    photo_of,
    picture_bytes,
    without_cmyk,
)
from inpaint_tf.inference.photo_write import to_8_bits
from inpaint_tf.inference.png_parts import require_pixels

_WHOLE = set()  # files that were checked, with their times of change


def read_picture(path, resize, crop_size, crop=(0.5, 0.5), zoom=1.0, draft=True):
    """Reads a picture, scales it, and crops it.

    Args:
        path: a picture of any format and depth that `inference.photo.read_photo` takes; grey,
            palette and alpha pictures become RGB of 8 bits, and the orientation in camera tags is
            applied.
        resize: None keeps the pixels, an int scales the shorter side to it, (H, W) to exactly it.
        crop_size: (height, width) of the crop.
        crop: its (vertical, horizontal) position in [0, 1), from top left to bottom right.
        zoom: factor by which the picture is scaled before the crop, but never below the crop's
            size.
        draft: whether a large JPEG may be reduced by 2, 4 or 8 while it is decoded, which is
            several times faster, and differs from plain scaling by up to some 5 levels.

    Returns:
        `[height, width, 3]` uint8 array.

    Raises:
        InputError: the file is missing, damaged or too small.
    """
    try:
        picture = _read(path, _least_size(resize if draft else None, crop_size))
    except InputError as error:
        raise InputError(without_path(error, path, "cannot be decoded")) from error
    picture = _scale(picture, resize)
    width, height = picture.size
    if height < crop_size[0] or width < crop_size[1]:
        raise InputError(
            f"{path} is {height}x{width} (height x width) after data.resize {resize}; expected at "
            f"least {crop_size[0]}x{crop_size[1]}."
        )
    if zoom != 1:
        return _zoomed(picture, crop_size, crop, zoom)
    top = min(int(crop[0] * (height - crop_size[0] + 1)), height - crop_size[0])
    left = min(int(crop[1] * (width - crop_size[1] + 1)), width - crop_size[1])
    return np.asarray(picture.crop((left, top, left + crop_size[1], top + crop_size[0])))


def whole_picture(path):
    """All pixels of a picture file or record, upright, `[H, W, 3]` uint8; as `read_picture`."""
    try:
        return np.asarray(_read(path, _least_size(None, None)))
    except InputError as error:
        raise InputError(without_path(error, path, "cannot be decoded")) from error


def reduce_picture(pixels, size):
    """Scales a uint8 `[H, W, 3]` array to (height, width) by averaging."""
    if pixels.shape[:2] == tuple(size):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size[::-1], Image.Resampling.BOX))


def resized_picture(pixels, size):
    """Scales a uint8 `[H, W, 3]` array to (height, width): bicubic, averaged if reduced."""
    if pixels.shape[:2] == tuple(size):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size[::-1], Image.Resampling.BICUBIC))


def upright_size(path):
    """(height, width) of a picture file when upright."""
    try:
        width, height = _read(path, (1, 1), header=True).size
    except InputError as error:
        raise InputError(without_path(error, path, "cannot be decoded")) from error
    return height, width


def without_path(error, path, what):
    """A reader's sentence about a file, turned into the reason of another sentence."""
    reason = str(error)
    if reason.startswith(f"{path} ") and not reason.startswith(f"{path} does not exist"):
        return f"{path} {what}: it {reason[len(str(path)) + 1 :]}"
    return reason


def _read(path, least_size, header=False):
    """A Pillow image in RGB, upright; a JPEG may be reduced down to `least_size`.

    With `header` the pixels of a JPEG are not decoded, since only its size is needed.
    """
    path = os.fspath(path)
    try:
        with open_picture_file(path) as file:
            data = picture_bytes(file, path)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist; expected a picture file.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    with damage_named(path):
        if format_of_bytes(data) != "JPEG":
            return _of_photo(path, data)
        parts = jpeg_parts(path, data)
        picture = open_picture(parts.data)
        require_pixels(path, picture.size, MAX_PIXELS)
        require_few_scans(path, parts.data, picture.size)
        turned = orientation_of(parts.exif)
        if header:
            size = picture.size[::-1] if turned >= 5 else picture.size
            return Image.new("1", size)
        _require_whole_once(path, parts.data)
        if not is_lossless(parts.data):
            picture.draft("RGB", least_size)
        if picture.mode == "CMYK":
            picture = without_cmyk(picture, parts.icc_profile)
        picture = picture.convert("RGB")
        if turned > 1:
            picture = Image.fromarray(upright(np.asarray(picture), turned))
        return picture


def _of_photo(path, data):
    color = to_8_bits(photo_of(io.BytesIO(data), path).color)
    return Image.fromarray(np.dstack([color] * 3) if color.ndim == 2 else color)


def _require_whole_once(path, data):
    """Checks for missing pixels when a file is first read: half grey pictures must not be used."""
    file = (path, changed_at(path))
    if file not in _WHOLE:
        require_whole(path, data)
        _WHOLE.add(file)


def _least_size(resize, crop_size):
    """(width, height) below which a JPEG must not be reduced while it is decoded."""
    if resize is None:
        return (2**16, 2**16)
    sides = (resize, resize) if isinstance(resize, int) else resize
    longest = max(*sides, *crop_size)
    return (longest, longest)


def _scale(picture, resize):
    if resize is None:
        return picture
    if isinstance(resize, int):
        factor = resize / min(picture.size)
        size = tuple(round(side * factor) for side in picture.size)
    else:
        size = tuple(resize[::-1])
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BICUBIC)


def _zoomed(picture, crop_size, crop, zoom):
    width, height = picture.size
    zoom = max(zoom, crop_size[0] / height, crop_size[1] / width)
    rows, columns = crop_size[0] / zoom, crop_size[1] / zoom
    top, left = crop[0] * max(height - rows, 0), crop[1] * max(width - columns, 0)
    box = (left, top, min(left + columns, width), min(top + rows, height))
    return np.asarray(picture.resize(crop_size[::-1], Image.Resampling.BICUBIC, box))
