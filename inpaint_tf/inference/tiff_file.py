"""TIFF files: their first picture as exact pixels, whatever its layout, and the data beside it."""

import io
import logging
import math
from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.jpeg_parts import require_frame_within
from inpaint_tf.inference.parts import Parts
from inpaint_tf.inference.png_parts import require_pixels
from inpaint_tf.inference.tiff_pixels import (
    BLACK_IS_ZERO,
    INKS,
    JPEG,
    LOSSLESS,
    RGB,
    YCBCR,
    is_readable,
    is_simple,
    read_channels,
    unknown_kind,
)
from inpaint_tf.inference.tiff_tags import tiff_parts

MOST_CHANNELS = 8
_LOOKED_AT = 8  # pictures of a file
# Those that Pillow decodes: fax (four numbers), old and new JPEG.
_OF_PILLOW = {2, 3, 4, 32771, 6, 7}
# Tags that say how the pixels are laid out, and types of whole numbers.
_NUMBERS = {*range(254, 260), 262, 266, 273, 277, 278, 279, 284, 317, *range(322, 326), 338}
_WHOLE = {1, 3, 4, 16}
_HEIGHT, _PHOTOMETRIC = 257, 262
_SEPARATE = 2  # planes
_OLD_JPEG = 6  # keeps its pixels elsewhere
_UNSIGNED, _UNDEFINED = 1, 4  # sample formats; the latter counts as the former


class TiffPicture(NamedTuple):
    """The first picture of a TIFF file that is not a small version or mask of another.

    parts: `Parts`; its data are the file.
    pixels: `[H, W]`, `[H, W, 2]`, `[H, W, 3]` or `[H, W, 4]` uint8 or uint16 as stored, or None if
        Pillow must decode it (fax, for example), which writes to standard error.
    is_cmyk: whether the first four channels are inks; a fifth is the transparency.
    number: which picture of the file it is, from 0.
    """

    parts: Parts
    pixels: Optional[np.ndarray]
    is_cmyk: bool = False
    number: int = 0


def read_tiff(path, data, max_pixels):
    """Reads a TIFF or BigTIFF file.

    Args:
        path: for messages.
        data: bytes of the file.
        max_pixels: the largest picture that is decoded.

    Returns:
        A `TiffPicture`.

    Raises:
        InputError: it is damaged, too large, or of an unsupported kind.
    """
    import tifffile  # slow to import, seldom needed

    # It logs about what is odd in a file; we say a sentence if it matters.
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            number = _picture_itself(file)
            page = file.pages[number]
            if _PHOTOMETRIC not in page.tags and page.compression in LOSSLESS:
                page.photometric = BLACK_IS_ZERO if page.samplesperpixel < 3 else RGB  # libtiff's
            if page.compression == 1 and not page.is_tiled:
                page.databytecounts = _plain_sizes(page)
            _require_readable(path, page, data, max_pixels)
            parts = tiff_parts(path, data, file, page)
            if not is_readable(page):
                return TiffPicture(parts, None, number=number)
            pixels, notices = read_channels(path, page, _decoded(data, file, page, number))
            parts = parts._replace(notices=(*parts.notices, *notices))
            return TiffPicture(parts, pixels, page.photometric == INKS, number)
    except InputError:
        raise
    except MemoryError as error:
        raise InputError(f"{path} does not fit into memory.") from error
    except Exception as error:  # nearly anything, for damaged files
        reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
        raise InputError(f"{path} is damaged or cut short ({reason}).") from error


def _picture_itself(file):
    """The number of the first picture that is not a small version or a mask."""
    for number, page in zip(range(_LOOKED_AT), file.pages):
        if not (page.is_reduced or page.is_mask):
            return number
    return 0


def _require_readable(path, page, data, max_pixels):
    require_pixels(path, (page.imagewidth, page.imagelength), max_pixels)
    # libtiff, within Pillow, would say these two on standard error.
    if page.compression not in LOSSLESS | _OF_PILLOW:
        name = getattr(page.compression, "name", page.compression)
        raise InputError(
            f"{path} is a TIFF of the compression {name}, which is not supported; expected none, "
            "LZW, deflate, PackBits, LZMA, Zstandard, JPEG or fax."
        )
    odd = [tag.name for tag in page.tags if tag.code in _NUMBERS and tag.dtype not in _WHOLE]
    if odd:
        raise InputError(f"{path} is damaged: its tag {odd[0]} is not of the type that it has.")
    bits = np.ravel(page.bitspersample).tolist()
    fine = page.imagedepth == 1 and 1 <= page.samplesperpixel <= MOST_CHANNELS
    fine = fine and set(np.ravel(page.sampleformat)) <= {_UNSIGNED, _UNDEFINED}
    fine = fine and min(bits) == max(bits) <= 16
    if page.photometric == YCBCR and page.compression == 1:  # colours of several pixels in one
        fine = fine and tuple(page.subsampling or (2, 2)) == (1, 1)
    if not fine or (max(bits) > 8 and not is_simple(page)):
        raise unknown_kind(path)
    if page.compression == _OLD_JPEG:
        return
    # Pillow leaves missing pieces black.
    segments = list(zip(page.dataoffsets, page.databytecounts))
    whole = all(size > 0 and 0 < offset <= len(data) - size for offset, size in segments)
    if page.compression == 1:
        planes = page.samplesperpixel if page.planarconfig == _SEPARATE else 1
        numbers = page.imagewidth * page.samplesperpixel // planes  # of a row of one plane
        row = math.ceil(numbers * max(bits) / 8) * planes
        whole = whole and sum(page.databytecounts) >= row * page.imagelength
    if len(segments) < math.prod(page.chunked) or not whole:
        raise InputError(f"{path} is cut short: some of its pixels are not in the file.")
    if page.compression == JPEG:
        size = page.chunks[-2::-1][:2] if page.axes.endswith("S") else page.chunks[::-1][:2]
        for offset, length in segments:  # decoders would make room for what these say
            require_frame_within(path, data[offset : offset + length], size)


def _plain_sizes(page):
    """Bytes of the strips of a file without compression: what they need, if tags say 0 or more."""
    rows = max(1, min(page.rowsperstrip, page.imagelength))
    in_all = len(page.databytecounts)
    planes = page.samplesperpixel if page.planarconfig == _SEPARATE else 1
    row = page.imagewidth * page.samplesperpixel // planes * np.max(page.bitspersample)
    last = page.imagelength - rows * (-(-page.imagelength // rows) - 1)
    per_plane = max(in_all // planes, 1)
    needed = [
        -(-int(row) // 8) * (last if number % per_plane == per_plane - 1 else rows)
        for number in range(in_all)
    ]
    return tuple(min(size, said) or size for size, said in zip(needed, page.databytecounts))


def _decoded(data, file, page, number):
    """The stored pixels of a picture, even if its last strip is as long as the others."""
    try:
        return page.asarray(maxworkers=1)
    except MemoryError:
        raise
    except Exception:
        over = 0 if page.is_tiled else -page.imagelength % page.rowsperstrip
        if not over or page.rowsperstrip > page.imagelength:
            raise
        tag = page.tags[_HEIGHT]
        size = {3: 2, 4: 4, 16: 8}[tag.dtype]  # in bytes, by the type of whole number
        order = "little" if file.byteorder == "<" else "big"
        longer = bytearray(data)
        longer[tag.valueoffset : tag.valueoffset + size] = int.to_bytes(
            page.imagelength + over, size, order
        )
        with type(file)(io.BytesIO(bytes(longer))) as again:
            page = again.pages[number]
            rows = page.axes.index("Y")
            pixels = page.asarray(maxworkers=1).reshape(page.shape)
            return np.delete(pixels, np.s_[page.imagelength - over :], axis=rows)
