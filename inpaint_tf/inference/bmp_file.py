"""BMP files: pixels that share bytes as masks say, and the colour profile."""

import struct

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.parts import Parts
from inpaint_tf.inference.png_parts import require_pixels

_FILE_HEADER, _OLDEST, _WITH_MASKS, _WITH_ALPHA, _LATEST = 14, 12, 52, 56, 124  # bytes
_PLAIN, _MASKED = 0, (3, 6)  # compressions
_MASKS_OF_PLAIN = {16: (0x7C00, 0x3E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0xFF000000)}
_TYPES = {16: "<u2", 32: "<u4"}
_INCHES = 39.3701  # in a metre
_EMBEDDED = b"DEBM"  # kind of colour space: the file holds a profile


def packed_pixels(path, data, max_pixels):
    """The pixels of a BMP file whose channels share 16 or 32 bits.

    Args:
        path: for messages.
        data: bytes of the file.
        max_pixels: the largest picture that is decoded.

    Returns:
        `[H, W, 3]` or, with transparency, `[H, W, 4]` uint8, or None if the file is of another
        kind, which Pillow reads; and sentences about what has been guessed.

    Raises:
        InputError: it is cut short, too large, or of an unsupported kind.

    Source:
        Microsoft, Windows GDI: BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER.
    """
    if _header_size(data) <= _OLDEST:
        return None, []
    width, height, _, bits, compression = struct.unpack("<iiHHI", data[18:34])
    if compression in _MASKED and bits in _TYPES:
        masks = _masks(data, compression)
    elif compression == _PLAIN and bits in _MASKS_OF_PLAIN:
        masks = _MASKS_OF_PLAIN[bits]
    else:
        return None, []
    require_pixels(path, (width, abs(height)), max_pixels)
    start = int.from_bytes(data[10:14], "little")
    row = -(-width * bits // 32) * 4
    body = data[start : start + row * abs(height)]
    if len(body) < row * abs(height):
        raise InputError(f"{path} is cut short: some of its pixels are not in the file.")
    rows = np.frombuffer(body, np.uint8).reshape(abs(height), row)
    stored = rows[:, : width * bits // 8].copy().view(_TYPES[bits])
    stored = stored[::-1] if height > 0 else stored  # from the bottom up
    channels = [_spread(path, stored, mask) for mask in masks[: 4 if masks[3] else 3]]
    if compression == _PLAIN and masks[3]:  # the fourth byte may be unused
        if channels[3].min() == channels[3].max() and channels[3].max() in (0, 255):
            return np.stack(channels[:3], axis=-1), []
        notices = [f"{path}: a channel without a name is taken as its transparency."]
        return np.stack(channels, axis=-1), notices
    return np.stack(channels, axis=-1), []


def bmp_parts(data):
    """The colour profile and the resolution of a BMP file, as `Parts`; its data are the file."""
    dpi = None
    if _header_size(data) > _OLDEST:
        across, down = struct.unpack("<ii", data[38:46])
        dpi = (across / _INCHES, down / _INCHES) if across > 0 and down > 0 else None
    header = data[_FILE_HEADER : _FILE_HEADER + _LATEST]
    profile = None
    if _header_size(data) >= _LATEST == len(header) and header[56:60] == _EMBEDDED:
        start, size = struct.unpack("<II", header[112:120])  # from the second header on
        profile = data[_FILE_HEADER + start : _FILE_HEADER + start + size]
        profile = profile if len(profile) == size else None
    return Parts(data, profile or None, None, dpi)


def _header_size(data):
    return int.from_bytes(data[14:18], "little") if len(data) >= 54 else 0


def _masks(data, compression):
    """The bits of red, green, blue and transparency, within the header or behind it."""
    size = _header_size(data)
    has_alpha = size >= _WITH_ALPHA or (size < _WITH_MASKS and compression == _MASKED[1])
    masks = struct.unpack("<4I", data[54:70].ljust(16, b"\0"))
    return masks if has_alpha else (*masks[:3], 0)


def _spread(path, stored, mask):
    """The bits of a mask, spread over 0 to 255."""
    low = mask & -mask
    most = mask // low if mask else 0
    if not mask or most & (most + 1) or most > 255:
        raise InputError(
            f"{path} is a BMP with pixels packed in an unusual way; expected 1 to 8 bits in a row "
            "for each channel."
        )
    values = (stored & np.array(mask, stored.dtype)) // np.array(low, stored.dtype)
    return ((values.astype(np.uint32) * 255 + most // 2) // most).astype(np.uint8)
