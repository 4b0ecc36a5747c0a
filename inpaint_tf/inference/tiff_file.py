"""TIFF files: exact pixels of 8 and 16 bits in any layout, and the data beside them."""

import io
import logging
import math
from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.jpeg_parts import require_frame_within
from inpaint_tf.inference.parts import Parts
from inpaint_tf.inference.png_parts import require_pixels
from inpaint_tf.inference.tiff_tags import tiff_parts

MOST_CHANNELS = 8
_LOOKED_AT = 8  # pictures of a file
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _INKS = 0, 1, 2, 3, 5  # photometric
_UNSPECIFIED, _PREMULTIPLIED, _PLAIN = 0, 1, 2  # types of extra samples
# Compressions without loss: none, LZW, deflate (two numbers), PackBits, LZMA, Zstandard.
_LOSSLESS = {1, 5, 8, 32946, 32773, 34925, 50000}
# Those that Pillow decodes: fax (four numbers), old and new JPEG.
_OF_PILLOW = {2, 3, 4, 32771, 6, 7}
# Tags that say how the pixels are laid out, and types of whole numbers.
_NUMBERS = {*range(254, 260), 262, 266, 273, 277, 278, 279, 284, 317, *range(322, 326), 338}
_WHOLE = {1, 3, 4, 16}
_HEIGHT, _PHOTOMETRIC = 257, 262
_JPEG, _YCBCR = 7, 6
_SEPARATE = 2  # planes
_OLD_JPEG = 6  # keeps its pixels elsewhere
_UNSIGNED, _UNDEFINED = 1, 4  # sample formats; the latter counts as the former


class TiffPicture(NamedTuple):
    """The first picture of a TIFF file that is not a small version or mask of another.

    parts: `Parts`; its data are the file.
    pixels: `[H, W]`, `[H, W, 2]`, `[H, W, 3]` or `[H, W, 4]` uint8 or uint16 as stored, or None if
        Pillow must decode it (fax, for example), which writes to standard error.
    is_cmyk: whether the four channels are inks.
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
            if _PHOTOMETRIC not in page.tags and page.compression in _LOSSLESS:
                page.photometric = _BLACK_IS_ZERO if page.samplesperpixel < 3 else _RGB  # libtiff's
            if page.compression == 1 and not page.is_tiled:
                page.databytecounts = _plain_sizes(page)
            _require_readable(path, page, data, max_pixels)
            parts = tiff_parts(path, data, file, page)
            read = _reader(page)
            if read is None:
                return TiffPicture(parts, None, number=number)
            pixels, notices = read(path, page, _decoded(data, file, page, number))
            parts = parts._replace(notices=(*parts.notices, *notices))
            return TiffPicture(parts, pixels, page.photometric == _INKS, number)
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


def unknown_kind(path):
    """The `InputError` for a TIFF file that is intact, but of an unsupported kind."""
    return InputError(
        f"{path} is a TIFF of an unsupported kind; expected grey or RGB of 8 or 16 bits "
        "a channel, or a palette or CMYK of 8."
    )


def _require_readable(path, page, data, max_pixels):
    require_pixels(path, (page.imagewidth, page.imagelength), max_pixels)
    # libtiff, within Pillow, would say these two on standard error.
    if page.compression not in _LOSSLESS | _OF_PILLOW:
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
    if page.photometric == _YCBCR and page.compression == 1:  # colours of several pixels in one
        fine = fine and tuple(page.subsampling or (2, 2)) == (1, 1)
    if not fine or (max(bits) > 8 and not _is_plain(page)):
        raise unknown_kind(path)
    if page.compression == _OLD_JPEG:
        return
    # Pillow leaves missing pieces black.
    segments = list(zip(page.dataoffsets, page.databytecounts))
    whole = all(size > 0 and 0 < offset <= len(data) - size for offset, size in segments)
    if page.compression == 1:
        row = math.ceil(page.imagewidth * max(bits) / 8) * page.samplesperpixel
        whole = whole and sum(page.databytecounts) >= row * page.imagelength
    if len(segments) < math.prod(page.chunked) or not whole:
        raise InputError(f"{path} is cut short: some of its pixels are not in the file.")
    if page.compression == _JPEG:
        size = page.chunks[-2::-1][:2] if page.axes.endswith("S") else page.chunks[::-1][:2]
        for offset, length in segments:  # decoders would make room for what these say
            require_frame_within(path, data[offset : offset + length], size)


def _is_plain(page):
    return (
        page.compression in _LOSSLESS
        and page.photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
        and page.dtype in (np.uint8, np.uint16)
        and set(np.ravel(page.bitspersample).tolist()) == {page.dtype.itemsize * 8}
    )


def _reader(page):
    """A function, like `_channels`, that makes a picture of the stored pixels, or None."""
    if page.compression == _JPEG and page.bitspersample == 8 and page.planarconfig == 1:
        layout = page.photometric, page.samplesperpixel
        return _channels if layout in ((_BLACK_IS_ZERO, 1), (_RGB, 3), (_YCBCR, 3)) else None
    if page.compression not in _LOSSLESS:
        return None
    if _is_plain(page):
        return _channels
    layout = page.photometric, page.samplesperpixel
    if page.bitspersample == 8 and layout == (_INKS, 4):
        return _inks
    if page.bitspersample in (1, 2, 4, 8) and layout == (_PALETTE, 1):
        return _indexed
    if page.bitspersample in (1, 2, 4) and layout in ((_WHITE_IS_ZERO, 1), (_BLACK_IS_ZERO, 1)):
        return _few_bits
    return None


def _inks(path, page, pixels):
    """CMYK as stored."""
    pixels = pixels.reshape(page.shape)
    return np.ascontiguousarray(np.moveaxis(pixels, page.axes.index("S"), -1)), []


def _indexed(path, page, pixels):
    """RGB of a palette."""
    if page.colormap is None:
        raise InputError(f"{path} is damaged: its palette is missing.")
    palette = page.colormap.T  # [2**bits, 3] uint16
    if palette.max() >= 256:  # in old files they are of 8 bits
        palette = palette // 256
    return palette.astype(np.uint8)[pixels.reshape(page.shape[:2]).astype(np.uint8)], []


def _few_bits(path, page, pixels):
    """Grey of 1, 2 or 4 bits, spread over 8."""
    spread = pixels.reshape(page.shape[:2]).astype(np.uint8) * (255 // (2**page.bitspersample - 1))
    spread = spread.astype(np.uint8)
    return (255 - spread if page.photometric == _WHITE_IS_ZERO else spread), []


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


def _channels(path, page, pixels):
    """Grey or RGB, with or without transparency, from all stored channels; and sentences."""
    notices = []
    pixels = pixels.reshape(page.shape)
    if page.axes.startswith("S"):  # planes, one after the other
        pixels = np.moveaxis(pixels, 0, -1)
    samples = page.samplesperpixel
    pixels = pixels.reshape(page.imagelength, page.imagewidth, samples)
    extra = [int(sample) for sample in page.extrasamples]
    # Three channels without a word about the last two are colours to those who write so.
    gray = page.photometric != _RGB and (samples < 3 or bool(extra))
    count = 1 if gray else 3
    if samples < count:
        raise InputError(f"{path} has {samples} channels, expected 3 for RGB.")
    color = pixels[..., :count]
    if page.photometric == _WHITE_IS_ZERO:
        color = np.iinfo(color.dtype).max - color
    alpha, alpha_type, remarks = _alpha(path, pixels[..., count:], extra)
    notices += remarks
    if alpha_type == _PREMULTIPLIED:
        color = _divided(color, alpha)
        notices.append(f"{path} has colours times transparency; they are divided by it.")
    if alpha is not None:
        color = np.concatenate([color, alpha], axis=-1)
    color = color[..., 0] if color.shape[2] == 1 else color
    return np.ascontiguousarray(color), notices


def _alpha(path, extras, types):
    """The transparency among the channels beyond the colours, `[H, W, 1]` or None; its kind."""
    count = extras.shape[2]
    types = [*types, *[_UNSPECIFIED] * count][:count]
    for number, sample_type in enumerate(types):
        if sample_type in (_PREMULTIPLIED, _PLAIN):
            notices = [f"{path}: channels beyond the transparency are left out."]
            return extras[..., number : number + 1], sample_type, notices if count > 1 else []
    if count == 0:
        return None, None, []
    if count > 1 or not extras.any():
        return None, None, [f"{path}: channels beyond the colours are left out."]
    return extras, _PLAIN, [f"{path}: a channel without a name is taken as its transparency."]


def _divided(color, alpha):
    """Colours that were multiplied by the transparency, as they were; black if none is left."""
    most = np.iinfo(color.dtype).max
    whole = np.maximum(alpha, 1).astype(np.uint32)
    wide = (color.astype(np.uint32) * most + whole // 2) // whole
    return np.minimum(wide, most).astype(color.dtype)
