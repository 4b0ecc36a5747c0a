"""Pictures of 16 bits a channel in colour, which Pillow would reduce to 8: depth and decoding."""

import struct

import numpy as np

from inpaint_tf.errors import InputError

_BITS_PER_SAMPLE = 258  # the TIFF tag


def bits_per_channel(picture, data):
    """The depth that the header states: 1, 2, 4, 8, 16 or 32.

    Args:
        picture: a `PIL.Image` whose pixels need not be loaded.
        data: bytes of the same file.
    """
    if picture.format == "PNG":
        return struct.unpack_from(">B", data, 24)[0]  # in IHDR, the first chunk always
    if picture.format == "TIFF":
        return max(picture.tag_v2.get(_BITS_PER_SAMPLE, (1,)))
    return 8


def is_gray(picture, data):
    """Whether the file holds grey, with or without alpha; arguments as `bits_per_channel`."""
    if picture.format == "PNG":
        return data[25] in (0, 4)  # its colour type; Pillow calls 16-bit grey and alpha RGBA
    return picture.mode in ("L", "LA")


def decode_deep(path, data, has_gray):
    """Decodes a 16-bit PNG or TIFF of two, three or four channels by OpenCV.

    Args:
        path: for messages.
        data: bytes of the file.
        has_gray: the file holds grey and alpha, which OpenCV may spread over four channels.

    Returns:
        uint16 `[H, W]`, `[H, W, 2]` (grey, alpha), `[H, W, 3]` or `[H, W, 4]` in RGB order. TIFF
        comes upright, PNG as stored.

    Raises:
        InputError: OpenCV does not know this kind of file.
    """
    import cv2  # takes a tenth of a second, which other pictures need not pay

    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        pixels = None
    if pixels is None or pixels.dtype != np.uint16:
        raise InputError(f"{path} cannot be read with its 16 bits a channel; save it as PNG.")
    if pixels.ndim == 2 or pixels.shape[2] == 2:
        return pixels
    if has_gray:
        return np.ascontiguousarray(
            pixels[..., [0, -1]] if pixels.shape[2] == 4 else pixels[..., 0]
        )
    order = [2, 1, 0, 3][: pixels.shape[2]]
    return np.ascontiguousarray(pixels[..., order])
