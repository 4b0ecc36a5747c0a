"""A picture file as exact pixels: read whole, upright, with what must survive beside them."""

import contextlib
import io
import os
from typing import NamedTuple, Optional

import numpy as np
from PIL import Image, UnidentifiedImageError

from inpaint_tf.errors import InputError
from inpaint_tf.inference.bmp_file import bmp_parts, packed_pixels
from inpaint_tf.inference.deep_png import deep_pixels
from inpaint_tf.inference.jpeg_parts import jpeg_parts, require_few_scans, require_whole
from inpaint_tf.inference.metadata import kept_exif, orientation_of, without_primaries
from inpaint_tf.inference.opening import KNOWN_FORMATS, format_of_bytes, open_picture
from inpaint_tf.inference.orientation import ORIENTATION, upright
from inpaint_tf.inference.parts import Parts
from inpaint_tf.inference.png_parts import png_parts, require_pixels
from inpaint_tf.inference.tiff_file import read_tiff
from inpaint_tf.inference.tiff_pixels import KNOWN_KINDS, unknown_kind

# 2**26, a square of 8192: enough for the cameras people own, and 200 MB as 8-bit colour.
MAX_PIXELS = 67_108_864

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
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}


class Photo(NamedTuple):
    """A picture in memory.

    color: `[H, W]` grey or `[H, W, 3]` RGB, uint8 or uint16, upright.
    alpha: `[H, W]` of the same type, or None if the picture has no transparency.
    format: "PNG", "JPEG", "WebP", "BMP" or "TIFF".
    icc_profile: bytes of the colour profile of `color`, or None.
    exif: a `PIL.Image.Exif` without orientation and thumbnail, or None.
    notices: sentences about what had to be changed or left out.
    dpi: horizontal and vertical pixels per inch, or None.
    color_chunks: pairs of name and body of the PNG chunks about the meaning of colours.
    """

    color: np.ndarray
    alpha: Optional[np.ndarray] = None
    format: str = "PNG"
    icc_profile: Optional[bytes] = None
    exif: Optional[Image.Exif] = None
    notices: tuple = ()
    dpi: Optional[tuple] = None
    color_chunks: tuple = ()


def read_photo(path, max_pixels=MAX_PIXELS):
    """Reads a picture of 8 or 16 bits a channel.

    The size is checked from the header before anything is decoded. Grey stays grey, palettes become
    RGB, transparency is kept in every form, and the EXIF orientation is applied. With a notice,
    CMYK becomes sRGB (by its own profile if it has one), only the first of several pictures in a
    file is used, and damaged data beside the pixels are left out. No state of the process is
    changed, so threads may read at the same time.

    Args:
        path: a PNG, JPEG, WebP, BMP or TIFF file.
        max_pixels: the most pixels that a picture may have.

    Returns:
        A `Photo`.

    Raises:
        InputError: the file is missing, not a picture, damaged or cut short, too large, or of an
            unsupported kind (floating point, for example).
    """
    path = os.fspath(path)
    if not os.path.exists(path):
        raise InputError(f"{path} does not exist; expected a picture file.")
    if not os.path.isfile(path):
        what = "a directory" if os.path.isdir(path) else "not a file"
        raise InputError(f"{path} is {what}; expected a picture file.")
    try:
        with open(path, "rb") as file:
            return photo_of(file, path, max_pixels)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def photo_of(file, name, max_pixels=MAX_PIXELS):
    """As `read_photo`, from an open binary file.

    Args:
        file: `io.BytesIO` or another file that can be read anywhere.
        name: its name in messages.
        max_pixels: the most pixels that a picture may have.
    """
    data = picture_bytes(file, name)
    with damage_named(name):
        return _READERS[format_of_bytes(data)](name, data, max_pixels)


def join(photo):
    """The pixels of a `Photo` as one array: `[H, W]`, `[H, W, 2]`, `[H, W, 3]` or `[H, W, 4]`."""
    if photo.alpha is None:
        return photo.color
    return np.dstack([photo.color, photo.alpha])


def picture_bytes(file, name):
    """The bytes of a file that begins like a picture.

    Raises:
        InputError: it is empty, or has none of the formats.
    """
    start = file.read(16)
    if not start:
        raise InputError(f"{name} is empty; expected a picture file.")
    if format_of_bytes(start) is None:
        raise InputError(f"{name} is not a {KNOWN_FORMATS} picture.")
    return start + file.read()


@contextlib.contextmanager
def damage_named(path):
    """Turns exceptions of decoders into a sentence."""
    try:
        yield
    except InputError:
        raise
    except UnidentifiedImageError as error:
        raise InputError(f"{path} is damaged, or not a {KNOWN_FORMATS} picture.") from error
    except MemoryError as error:
        raise InputError(f"{path} does not fit into memory.") from error
    except Exception as error:  # decoders raise nearly anything for damaged files
        reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
        raise InputError(f"{path} is damaged or cut short ({reason}).") from error


def _read_png(path, data, max_pixels):
    parts = png_parts(path, data, max_pixels)
    if parts.depth == 16:  # Pillow would reduce colours to 8 bits
        pixels = deep_pixels(parts.data)
    else:
        picture = open_picture(parts.data)
        picture.load()
        pixels = _shallow_pixels(picture)
    if parts.transparent is not None:
        pixels = _keyed(pixels, parts.transparent, parts.depth)
    return _photo(path, "PNG", pixels, parts)


def _read_jpeg(path, data, max_pixels):
    parts = jpeg_parts(path, data)
    picture = open_picture(parts.data)
    require_pixels(path, picture.size, max_pixels)
    require_few_scans(path, parts.data, picture.size)
    picture.load()
    require_whole(path, parts.data, np.asarray(picture))
    return _pillow_photo(path, "JPEG", picture, parts)


def _read_tiff(path, data, max_pixels):
    parts, pixels, is_cmyk, number = read_tiff(path, data, max_pixels)
    if is_cmyk:
        picture = Image.frombytes("CMYK", pixels.shape[1::-1], pixels[..., :4].tobytes())
        return _pillow_photo(path, "TIFF", picture, parts, pixels[..., 4:])
    if pixels is not None:
        return _photo(path, "TIFF", pixels, parts)
    try:
        picture = open_picture(data)
    except UnidentifiedImageError as error:
        raise unknown_kind(path) from error
    picture.seek(number)
    picture.load()
    if ORIENTATION not in picture.tag_v2 and parts.exif is not None:
        parts.exif.pop(ORIENTATION, None)  # loading it has applied it
    return _pillow_photo(path, "TIFF", picture, parts)


def _read_bmp(path, data, max_pixels):
    parts = bmp_parts(data)
    pixels, notices = packed_pixels(path, data, max_pixels)
    if pixels is not None:
        return _photo(path, "BMP", pixels, parts._replace(notices=notices))
    picture = open_picture(data)
    require_pixels(path, picture.size, max_pixels)
    picture.load()
    return _pillow_photo(path, "BMP", picture, parts)


def _read_webp(path, data, max_pixels):
    picture = open_picture(data)
    require_pixels(path, picture.size, max_pixels)
    picture.load()
    notices, exif = [], None
    try:
        exif = picture.getexif()
        list(exif)
    except Exception:  # no tag may stop a picture
        notices.append(f"{path}: the EXIF data are damaged and left out.")
        exif = None
    profile, pictures = picture.info.get("icc_profile"), getattr(picture, "n_frames", 1)
    parts = Parts(data, profile or None, exif, pictures=pictures, notices=notices)
    return _pillow_photo(path, "WebP", picture, parts)


_READERS = {
    "PNG": _read_png,
    "JPEG": _read_jpeg,
    "TIFF": _read_tiff,
    "WebP": _read_webp,
    "BMP": _read_bmp,
}


def _pillow_photo(path, file_format, picture, parts, alpha=None):
    """A `Photo` of an 8-bit picture that Pillow has decoded, and `[H, W, 0 or 1]` transparency."""
    if picture.mode not in _LAYOUTS:
        raise InputError(f"{path} holds pixels of the kind {picture.mode}; expected {KNOWN_KINDS}.")
    if picture.mode == "CMYK":
        notice = f"{path} has CMYK colours; they are converted to sRGB."
        picture = without_cmyk(picture, parts.icc_profile)
        notices, exif = (*parts.notices, notice), without_primaries(parts.exif)
        parts = parts._replace(icc_profile=None, exif=exif, notices=notices)
    pixels = _shallow_pixels(picture)
    return _photo(path, file_format, pixels if alpha is None else np.dstack([pixels, alpha]), parts)


def _photo(path, file_format, pixels, parts):
    orientation = orientation_of(parts.exif)
    dpi = parts.dpi[::-1] if parts.dpi and orientation >= 5 else parts.dpi
    exif, remarks = kept_exif(path, parts.exif)
    notices = [*parts.notices, *remarks]
    if parts.pictures > 1:
        notices.append(
            f"{path} holds {parts.pictures} pictures; only the first in full size is used."
        )
    color, alpha = _split(upright(pixels, orientation))
    chunks = parts.color_chunks
    return Photo(color, alpha, file_format, parts.icc_profile, exif, tuple(notices), dpi, chunks)


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


def _keyed(pixels, values, depth):
    """Grey or RGB with alpha: one colour, given in steps of `depth` bits, is transparent."""
    step = 255 // (2**depth - 1) if depth < 8 else 1  # grey of 1, 2 or 4 bits is spread over 8
    most = np.iinfo(pixels.dtype).max
    channels = pixels[..., None] if pixels.ndim == 2 else pixels
    same = (channels == np.array(values, pixels.dtype) * step).all(axis=-1)
    return np.dstack([pixels, np.where(same, 0, most).astype(pixels.dtype)])


def without_cmyk(picture, profile):
    """CMYK to sRGB: by the picture's own profile, or else by Pillow's plain rule."""
    from PIL import ImageCms

    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    return picture.convert("RGB")
