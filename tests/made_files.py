"""Picture files made by hand for tests: PNG by chunks, JPEG by segments, TIFF by tags, BMP."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from inpaint_tf.inference.png_parts import SIGNATURE, chunk_bytes, with_chunks

HEIGHT, WIDTH = 13, 22  # neither square nor even


def noise(channels=3, dtype=np.uint8, seed=0):
    shape = [HEIGHT, WIDTH] + ([channels] if channels > 1 else [])
    return np.random.RandomState(seed).randint(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def png(samples, depth, color_type, chunks=(), rows=None, header_first=()):
    """A PNG file of `[H, W]` or `[H, W, C]` samples; `rows` of them are written."""
    height, width = samples.shape[:2]
    flat = samples.reshape(height, -1)
    if depth == 16:
        lines = [row.astype(">u2").tobytes() for row in flat]
    else:
        lines = [_packed(row, depth) for row in flat]
    body = zlib.compress(b"".join(b"\0" + line for line in lines[:rows]))
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    named = [*header_first, (b"IHDR", header), *chunks, (b"IDAT", body), (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk_bytes(*chunk) for chunk in named)


_PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2)]
_PASSES += [(0, 1, 2, 2), (1, 0, 2, 1)]  # Adam7: first row, first column, and their steps


def interlaced(samples, depth, color_type, rows=None):
    """As `png`, of 8 or 16 bits: seven small pictures, of whose rows `rows` are written."""
    lines = [
        b"\0" + row.astype(">u2" if depth == 16 else np.uint8).tobytes()
        for top, left, down, right in _PASSES
        for row in samples[top::down, left::right]
        if row.size
    ]
    header = struct.pack(">IIBBBBB", *samples.shape[1::-1], depth, color_type, 0, 0, 1)
    body = zlib.compress(b"".join(lines[:rows]))
    named = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return SIGNATURE + b"".join(chunk_bytes(*chunk) for chunk in named)


def _packed(row, depth):
    bits = (row[:, None] >> np.arange(depth)[::-1]) & 1
    return np.packbits(bits.astype(np.uint8).ravel()).tobytes()


def png_with(chunks, pixels=None, **options):
    """A PNG file of noise with side chunks, pairs of name and body."""
    return with_chunks(encoded("PNG", noise() if pixels is None else pixels, **options), chunks)


def encoded(file_format, pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, file_format, **options)
    return file.getvalue()


def jpeg_with(segments, pixels):
    """A JPEG file with more segments, pairs of marker and body, behind its beginning."""
    data = encoded("JPEG", pixels)
    added = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in segments
    )
    return data[:2] + added + data[2:]


def exif_block(entries, order=">"):
    """An EXIF block of (tag, type, count, four bytes or an offset's value) entries."""
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "I", 8)
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(order + "HHI", tag, kind, count)
        body += value if isinstance(value, bytes) else struct.pack(order + "I", value)
    return head + body + struct.pack(order + "I", 0)


def tiff(samples, bits, photometric, extra=(), colormap=(), tags=()):
    """A TIFF file of `[H, W]` or `[H, W, C]` samples of 1 to 16 bits in one strip.

    `extra` are the kinds of its extra samples; `tags` are more tags, pairs of number and value.
    """
    height, width = samples.shape[:2]
    flat = samples.reshape(height, -1)
    packed = (flat[..., None] >> np.arange(bits)[::-1]) & 1
    body = np.packbits(packed.reshape(height, -1).astype(np.uint8), axis=1).tobytes()
    if bits == 16:
        body = flat.astype("<u2").tobytes()
    count = flat.shape[1] // width
    values = {256: [width], 257: [height], 258: [bits] * count, 259: [1], 262: [photometric]}
    values.update({273: [0], 277: [count], 278: [height], 279: [len(body)]})
    values.update({320: list(colormap), 338: list(extra)})
    values.update({tag: [value] for tag, value in tags})
    values = {tag: found for tag, found in sorted(values.items()) if found}
    place = 8 + 2 + 12 * len(values) + 4
    behind = {tag: found for tag, found in values.items() if len(found) > 2}
    values[273] = [place + sum(2 * len(found) for found in behind.values())]
    entries = b""
    for tag, found in values.items():
        if tag in behind:
            entries += struct.pack("<HHII", tag, 3, len(found), place)
            place += 2 * len(found)
        elif len(found) == 2:
            entries += struct.pack("<HHIHH", tag, 3, 2, *found)
        else:
            entries += struct.pack("<HHII", tag, 4, 1, found[0])
    start = b"II*\0" + struct.pack("<IH", 8, len(values)) + entries + bytes(4)
    return start + b"".join(struct.pack(f"<{len(v)}H", *v) for v in behind.values()) + body


def bmp(pixels, bits, masks=(), compression=3, header=40, profile=b"", top_down=False):
    """A BMP file of `[H, W]` whole numbers of 16 or 32 bits, whose channels `masks` tell apart."""
    height, width = pixels.shape
    rows = pixels.astype({16: "<u2", 32: "<u4"}[bits])
    pad = -(width * bits // 8) % 4
    lines = [row.tobytes() + bytes(pad) for row in (rows if top_down else rows[::-1])]
    body = b"".join(lines)
    side = struct.pack(f"<{len(masks)}I", *masks)
    fields = (header, width, -height if top_down else height, 1, bits, compression, len(body))
    info = struct.pack("<IiiHHIIiiII", *fields, 3937, 7874, 0, 0) + side
    if header == 124:
        info = info.ljust(56, b"\0") + b"DEBM" + bytes(48)
        info += struct.pack("<IIII", 4, header + len(body), len(profile), 0)
    info = info.ljust(header, b"\0")
    start = 14 + len(info)
    size = start + len(body) + len(profile)
    return b"BM" + struct.pack("<IHHI", size, 0, 0, start) + info + body + profile
