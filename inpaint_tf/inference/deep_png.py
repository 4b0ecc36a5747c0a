"""PNG files of 16 bits a channel with profile and EXIF, which neither Pillow nor OpenCV writes."""

import struct
import zlib

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # by number of channels
_UP = 2  # the filter that stores the difference to the row above


def deep_png(pixels, icc_profile=None, exif=None):
    """The bytes of a 16-bit PNG file.

    Args:
        pixels: uint16 `[H, W]`, `[H, W, 2]` (grey, alpha), `[H, W, 3]` or `[H, W, 4]`.
        icc_profile: bytes of a colour profile, or None.
        exif: bytes of an EXIF block, with or without its "Exif" head, or None.

    Source:
        Portable Network Graphics, third edition, sections 5 (chunks), 9 (filters), 11.3.
    """
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    rows = np.ascontiguousarray(pixels.astype(">u2")).view(np.uint8).reshape(height, -1)
    filtered = np.empty([height, 1 + rows.shape[1]], np.uint8)
    filtered[:, 0] = _UP
    filtered[0, 1:] = rows[0]
    filtered[1:, 1:] = rows[1:] - rows[:-1]  # modulo 256, as uint8 wraps

    header = struct.pack(">IIBBBBB", width, height, 16, _COLOR_TYPES[channels], 0, 0, 0)
    chunks = [_chunk(b"IHDR", header)]
    if icc_profile:
        chunks.append(_chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc_profile)))
    if exif:
        chunks.append(_chunk(b"eXIf", exif[6:] if exif.startswith(b"Exif\0\0") else exif))
    chunks.append(_chunk(b"IDAT", zlib.compress(filtered.tobytes(), 6)))
    return b"".join([_SIGNATURE, *chunks, _chunk(b"IEND", b"")])


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
