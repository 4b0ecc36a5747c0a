"""One file -> one picture of the wanted size, as uint8 RGB."""

import warnings

import numpy as np
from PIL import Image, ImageOps

from inpaint_tf.errors import InputError

# Some broken files make Pillow raise these, depending on the format.
BROKEN = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def read_picture(path, resize, crop_size, place=(0.5, 0.5), zoom=1.0):
    """Reads a picture, scales it, and cuts a piece out.

    Args:
        path: JPEG, PNG, WebP or BMP; grey, palette and alpha pictures become RGB, and the
            orientation that cameras note is applied.
        resize: None keeps the pixels, an int scales the shorter side to it, (H, W) to exactly it.
        crop_size: (height, width) of the piece.
        place: (vertical, horizontal) in [0, 1), from top left to bottom right.
        zoom: factor by which the picture is scaled before it is cut, but at least as large as the
            piece is.

    Returns:
        `[height, width, 3]` uint8 array.

    Raises:
        InputError: the file is missing, damaged or too small.
    """
    try:
        # A truncated file may only warn; a picture of half grey must not train anything.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                image.draft("RGB", _least_size(resize, crop_size))
                picture = to_rgb(ImageOps.exif_transpose(image))
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist.") from error
    except BROKEN as error:
        raise InputError(f"{path} cannot be decoded: {_reason(error)}.") from error
    picture = _scale(picture, resize)
    width, height = picture.size
    if height < crop_size[0] or width < crop_size[1]:
        raise InputError(
            f"{path} is {height}x{width} (height x width) after data.resize {resize}; expected at "
            f"least {crop_size[0]}x{crop_size[1]}."
        )
    if zoom != 1:
        return _zoomed(picture, crop_size, place, zoom)
    top = min(int(place[0] * (height - crop_size[0] + 1)), height - crop_size[0])
    left = min(int(place[1] * (width - crop_size[1] + 1)), width - crop_size[1])
    return np.asarray(picture.crop((left, top, left + crop_size[1], top + crop_size[0])))


def reduce_picture(pixels, size):
    """Scales a uint8 `[H, W, 3]` array to (height, width) by averaging."""
    if pixels.shape[:2] == tuple(size):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size[::-1], Image.Resampling.BOX))


def to_rgb(image):
    """A Pillow image of any mode as 8-bit RGB; 16-bit grey keeps its range."""
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image, np.uint32) / 257).round().astype(np.uint8))
    return image.convert("RGB")


def read_mask(path, size):
    """Reads a mask file as a hole.

    Args:
        path: a picture of one or more channels; over 127 is the hole.
        size: (H, W); a mask of another size is scaled by nearest neighbours.

    Returns:
        `[H, W, 1]` float32 array of 0 and 1.

    Raises:
        InputError: the file is missing or damaged.
    """
    try:
        with Image.open(path) as image:
            grey = to_rgb(image).convert("L").resize(size[::-1], Image.Resampling.NEAREST)
    except BROKEN as error:
        raise InputError(f"{path} cannot be read as a mask: {_reason(error)}.") from error
    return (np.asarray(grey) > 127).astype(np.float32)[..., np.newaxis]


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
        size = tuple(max(resize, round(side * factor)) for side in picture.size)
    else:
        size = tuple(resize[::-1])
    return picture if size == picture.size else picture.resize(size, Image.Resampling.BICUBIC)


def _zoomed(picture, crop_size, place, zoom):
    width, height = picture.size
    zoom = max(zoom, crop_size[0] / height, crop_size[1] / width)
    rows, columns = crop_size[0] / zoom, crop_size[1] / zoom
    top, left = place[0] * max(height - rows, 0), place[1] * max(width - columns, 0)
    box = (left, top, min(left + columns, width), min(top + rows, height))
    return np.asarray(picture.resize(crop_size[::-1], Image.Resampling.BICUBIC, box))


def _reason(error):
    return str(error).strip().rstrip(".") or type(error).__name__
