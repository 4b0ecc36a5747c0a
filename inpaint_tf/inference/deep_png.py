"""PNG files of 16 bits a channel, which Pillow reduces to 8 and cannot write, nor can OpenCV."""

import struct
import zlib

import numpy as np

from inpaint_tf.inference.png_parts import (
    END,
    SIGNATURE,
    chunk_bytes,
    header_of,
    interlaced_passes,
    packed_pixels,
)

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
    chunks = [chunk_bytes(b"IHDR", header)]
    if icc_profile:
        chunks.append(chunk_bytes(b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc_profile)))
    if exif:
        chunks.append(chunk_bytes(b"eXIf", exif[6:] if exif.startswith(b"Exif\0\0") else exif))
    chunks.append(chunk_bytes(b"IDAT", zlib.compress(filtered.tobytes(), 6)))
    return b"".join([SIGNATURE, *chunks, END])


def deep_pixels(data):
    """The pixels of a 16-bit PNG file, uint16 `[H, W]` or `[H, W, C]`, as stored.

    Args:
        data: of `png_parts`. An interlaced picture is decoded as its seven passes, since libpng
            would complain on standard error.
    """
    import imagecodecs  # slow to import, seldom needed

    width, height, depth, color_type, *_, interlaced = header_of(data)
    if not interlaced:
        return imagecodecs.png_decode(data)
    passes = interlaced_passes((width, height), depth, color_type)
    packed, pixels, position = packed_pixels(data, sum(size for _, _, size in passes)), None, 0
    for rows, columns, size in passes:
        header = struct.pack(">IIBBBBB", len(columns), len(rows), depth, color_type, 0, 0, 0)
        body = zlib.compress(packed[position : position + size], 0)
        chunks = [chunk_bytes(b"IHDR", header), chunk_bytes(b"IDAT", body), END]
        piece = imagecodecs.png_decode(b"".join([SIGNATURE, *chunks]))
        if pixels is None:
            pixels = np.zeros([height, width, *piece.shape[2:]], np.uint16)
        pixels[rows.start :: rows.step, columns.start :: columns.step] = piece
        position += size
    return pixels
