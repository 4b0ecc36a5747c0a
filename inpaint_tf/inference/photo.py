"""A picture file as exact pixels: read whole, upright, with what must survive beside them."""

import contextlib
import io
import os
import struct
import warnings
import zlib
from typing import NamedTuple, Optional

import numpy as np
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.cut_short import is_cut_short
from inpaint_tf.inference.deep_pixels import bits_per_channel, decode_deep, is_gray
from inpaint_tf.inference.metadata import kept_exif, read_exif
from inpaint_tf.inference.orientation import ORIENTATION, upright
from inpaint_tf.silence import silenced_stderr

# 2**26, a square of 8192: enough for the cameras people own, and 200 MB as 8-bit colour.
MAX_PIXELS = 67_108_864
# Pillow's names of the formats, and ours. MPO is the JPEG of phones: several pictures in a file.
FORMATS = {
    "PNG": "PNG",
    "JPEG": "JPEG",
    "MPO": "JPEG",
    "WEBP": "WebP",
    "BMP": "BMP",
    "TIFF": "TIFF",
}
_READABLE = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
KNOWN_FORMATS = "PNG, JPEG, WebP, BMP or TIFF"

# Pillow's modes: how each is turned into grey, grey and alpha, RGB or RGBA of 8 bits.
_LAYOUTS = {
    "1": "L",
    "L": "L",
    "LA": "LA",
    "P": "RGB",
    "PA": "RGBA",
    "RGB": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "RGBX": "RGB",
    "YCbCr": "RGB",
    "CMYK": "RGB",
}
_DEEP_GRAY = ("I;16", "I;16L", "I;16B", "I;16N")
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0  # a TIFF tag
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}

# What Pillow raises for files that are damaged in one way or another.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)


class Photo(NamedTuple):
    """A picture in memory.

    color: `[H, W]` grey or `[H, W, 3]` RGB, uint8 or uint16, upright.
    alpha: `[H, W]` of the same type, or None where the picture has no transparency.
    format: "PNG", "JPEG", "WebP", "BMP" or "TIFF".
    icc_profile: bytes of the colour profile of `color`, or None.
    exif: a `PIL.Image.Exif` without orientation and thumbnail, or None.
    notices: sentences about what could not be taken as it is.
    """

    color: np.ndarray
    alpha: Optional[np.ndarray] = None
    format: str = "PNG"
    icc_profile: Optional[bytes] = None
    exif: Optional[Image.Exif] = None
    notices: tuple = ()


def read_photo(path, max_pixels=MAX_PIXELS):
    """Reads a picture of 8 or 16 bits a channel.

    The size is checked from the header before anything is decoded. Grey stays grey, palettes
    become RGB, and the EXIF orientation is applied. With a notice CMYK becomes sRGB (by its own
    profile where it has one), and of several pictures in one file the first is taken.

    Args:
        path: a PNG, JPEG, WebP, BMP or TIFF file.
        max_pixels: the most pixels that a picture may have.

    Returns:
        A `Photo`.

    Raises:
        InputError: the file is missing, no picture, damaged or cut short, too large, or of a
            kind that is not dealt with (floating point, for one).
    """
    if not os.path.exists(path):
        raise InputError(f"{path} does not exist; expected a picture file.")
    if not os.path.isfile(path):
        kind = "a directory" if os.path.isdir(path) else "not a file"
        raise InputError(f"{path} is {kind}; expected a picture file.")
    try:
        with open(path, "rb") as file:
            return photo_of(file, path, max_pixels)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def photo_of(file, name, max_pixels=MAX_PIXELS):
    """As `read_photo`, from an open binary file.

    Args:
        file: `io.BytesIO` or another file that can be read anywhere.
        name: what messages call it.
        max_pixels: the most pixels that a picture may have.
    """
    # libtiff and libpng have much to say about damaged files.
    with _damage_named(file, name), silenced_stderr():
        return _decoded(name, _checked_bytes(file, name, max_pixels))


def _decoded(path, data):
    picture = Image.open(io.BytesIO(data), formats=_READABLE)
    picture.load()
    file_format = FORMATS[picture.format]
    notices = []
    if getattr(picture, "n_frames", 1) > 1:
        notices.append(f"{path} holds {picture.n_frames} pictures; only the first is used.")

    exif = read_exif(picture)
    orientation = exif.get(ORIENTATION, 1)  # loading a TIFF has applied it
    profile = picture.info.get("icc_profile")
    if picture.mode in _DEEP_GRAY:
        pixels = np.asarray(picture).astype(np.uint16)
        if file_format == "TIFF" and picture.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
            pixels = np.iinfo(np.uint16).max - pixels
    elif bits_per_channel(picture, data) == 16:
        pixels = decode_deep(path, data, is_gray(picture, data))
    else:
        if picture.mode == "CMYK":
            notices.append(f"{path} has CMYK colours; they are converted to sRGB.")
            picture, profile = _without_cmyk(picture, profile), None
        pixels = _shallow_pixels(picture)
    color, alpha = _split(upright(pixels, orientation))
    kept = kept_exif(exif)
    return Photo(color, alpha, file_format, profile, kept, tuple(notices))


def join(photo):
    """The pixels of a `Photo` as one array: `[H, W]`, `[H, W, 2]`, `[H, W, 3]` or `[H, W, 4]`."""
    if photo.alpha is None:
        return photo.color
    return np.dstack([photo.color, photo.alpha])


def _split(pixels):
    """Pixels to colour and alpha, the inverse of `join`."""
    if pixels.ndim == 2 or pixels.shape[2] == 3:
        return pixels, None
    color = pixels[..., 0] if pixels.shape[2] == 2 else pixels[..., :3]
    return np.ascontiguousarray(color), np.ascontiguousarray(pixels[..., -1])


def _shallow_pixels(picture):
    layout = _LAYOUTS[picture.mode]
    if "transparency" in picture.info and picture.mode != "1":  # of a palette, or one colour
        layout = _WITH_ALPHA.get(layout, layout)
    return np.asarray(picture if picture.mode == layout else picture.convert(layout))


def _without_cmyk(picture, profile):
    """CMYK to sRGB: by the picture's own profile, without one by Pillow's plain rule."""
    from PIL import ImageCms

    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    return picture.convert("RGB")


def _checked_bytes(file, name, max_pixels):
    """The file's bytes, once the header promises a picture that may be decoded."""
    if not file.read(1):
        raise InputError(f"{name} is empty; expected a picture file.")
    file.seek(0)
    with Image.open(file, formats=_READABLE) as picture:
        size, mode, file_format = picture.size, picture.mode, picture.format
    if size[0] * size[1] > max_pixels:
        raise InputError(
            f"{name} has {size[0]}x{size[1]} pixels, more than the {max_pixels} allowed; "
            "--max_pixels sets the limit."
        )
    if mode not in _LAYOUTS and mode not in _DEEP_GRAY:
        raise InputError(
            f"{name} holds pixels of the kind {mode}"
            f"{' (32 bits)' if mode in ('F', 'I') else ''}; "
            "expected 8 or 16 bits a channel, grey, RGB, palette or CMYK."
        )
    file.seek(0)
    data = file.read()
    if is_cut_short(FORMATS[file_format], data):
        raise InputError(f"{name} is cut short: the end of the {file_format} file is missing.")
    return data


def _looks_like_tiff(file):
    file.seek(0)
    return file.read(4) in (b"II*\0", b"MM\0*")


@contextlib.contextmanager
def _damage_named(file, name):
    """Turns what Pillow raises into a sentence, and leaves the size of pictures to us."""
    kept, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, about tags that we do not need
            yield
    except InputError:
        raise
    except Image.UnidentifiedImageError as error:
        if _looks_like_tiff(file):
            raise InputError(
                f"{name} is a TIFF of a kind that is not dealt with, or damaged; expected 8 or 16 "
                "bits a channel, grey, RGB, palette or CMYK."
            ) from error
        raise InputError(f"{name} is not a {KNOWN_FORMATS} picture.") from error
    except MemoryError as error:
        raise InputError(f"{name} does not fit into memory.") from error
    except _DAMAGE as error:
        reason = str(error).rstrip(".") or type(error).__name__
        raise InputError(f"{name} is damaged or cut short ({reason}).") from error
    finally:
        Image.MAX_IMAGE_PIXELS = kept
