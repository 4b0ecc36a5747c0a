"""A PNG file split into its parts, so that bad side chunks do not affect the pixels."""

import struct
import zlib

from inpaint_tf.amount import amount
from inpaint_tf.errors import InputError
from inpaint_tf.inference.metadata import load_exif
from inpaint_tf.inference.parts import Parts

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Chunks about the meaning of colours, kept like the profile, with their sizes in bytes.
_COLOR_CHUNKS = {b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"cICP": 4, b"mDCV": 24, b"cLLI": 8}
MOST_PROFILE = 2**26  # bytes; a profile of printers has some millions
MOST_CHUNKS = 2**17  # writers put thousands of bytes into each; empty ones take memory for nothing
_INCH = 0.0254  # in metres
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PALETTE = 3
# First row, first column, row step, column step of the passes of an interlaced picture.
_PASSES = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


class _Chunk:
    """One chunk: its name, its body, and whether its checksum is right."""

    def __init__(self, raw):
        self.raw, self.name, self.body = raw, bytes(raw[4:8]), raw[8:-4]

    @property
    def sound(self):
        return zlib.crc32(self.raw[4:-4]) == int.from_bytes(self.raw[-4:], "big")

    @property
    def critical(self):
        return not self.name[0] & 0x20


def png_parts(path, data, max_pixels):
    """Splits a PNG file into its parts.

    Args:
        path: for messages.
        data: bytes of the file.
        max_pixels: the largest picture that is read.

    Returns:
        `Parts`; the data are IHDR, palette, its transparency, pixels and end.

    Raises:
        InputError: the header or the pixels are damaged or cut short.

    Source:
        Portable Network Graphics, third edition, sections 5, 8.2 and 11.
    """
    chunks, ended = _chunks(data)
    if len(chunks) > MOST_CHUNKS:
        raise InputError(f"{path} is damaged: it consists of more than {MOST_CHUNKS} chunks.")
    if not chunks or chunks[0].name != b"IHDR" or len(chunks[0].body) != 13:
        raise InputError(f"{path} is damaged: the file does not begin with a PNG header.")
    width, height, depth, color_type, *methods = header_of(data)
    if depth not in _DEPTHS.get(color_type, ()) or methods[:2] != [0, 0] or methods[2] > 1:
        raise InputError(f"{path} is damaged: its header describes no PNG picture.")
    require_pixels(path, (width, height), max_pixels)

    found, notices, bad = {}, [], []
    for chunk in chunks:
        if chunk.name == b"tRNS" and not _counts(chunk, color_type, found):
            bad.append("tRNS")
        elif chunk.sound or chunk.name == b"IEND":
            found.setdefault(chunk.name, []).append(chunk)
        elif chunk.critical:
            raise InputError(f"{path} is damaged: the checksum of its pixels is wrong.")
        else:
            bad.append(chunk.name.decode("latin-1"))
    known = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    if len(found[b"IHDR"]) > 1 or any(c.critical for k, (c, *_) in found.items() if k not in known):
        raise InputError(f"{path} is damaged: it holds chunks that no PNG reader knows.")
    for name, size in _COLOR_CHUNKS.items():
        if name in found and len(found[name][0].body) != size:
            bad.append(found.pop(name)[0].name.decode())
    if color_type == _PALETTE:
        _require_palette(path, found)
    if bad:
        notices.append(f"{path}: the side chunk {bad[0]} is damaged and left out.")
    _require_whole(path, found.get(b"IDAT", ()), (width, height), depth, color_type, methods[2])
    if not ended:
        notices.append(f"{path} lacks its end mark; its pixels are whole.")

    kept = [*found[b"IHDR"], *found.get(b"PLTE", [])[:1], *found[b"IDAT"]]
    transparent = None
    if b"tRNS" in found and color_type == _PALETTE:
        kept[-len(found[b"IDAT"]) : -len(found[b"IDAT"])] = found[b"tRNS"][:1]
    elif b"tRNS" in found and color_type in (0, 2):
        values = struct.unpack(f">{_CHANNELS[color_type]}H", found[b"tRNS"][0].body)
        transparent = tuple(value & (2**depth - 1) for value in values)
    clean = b"".join([SIGNATURE, *(chunk.raw for chunk in kept), END])
    profile, remarks = _profile(path, found)
    notices += remarks
    exif, remarks = (
        load_exif(path, bytes(found[b"eXIf"][0].body)) if b"eXIf" in found else (None, [])
    )
    return Parts(
        clean,
        profile,
        exif,
        _dpi(found),
        tuple((k, bytes(found[k][0].body)) for k in _COLOR_CHUNKS if k in found),
        transparent,
        depth,
        _pictures(chunks, found),
        (*notices, *remarks),
    )


def require_pixels(path, size, max_pixels):
    """Raises `InputError` unless a picture of this (width, height) may be decoded."""
    if min(size) < 1:
        raise InputError(f"{path} is damaged: it has {size[0]}x{size[1]} pixels.")
    if size[0] * size[1] > max_pixels:
        raise InputError(
            f"{path} has {size[0]}x{size[1]} pixels, more than the {max_pixels} allowed; "
            "--max_pixels sets the limit."
        )


def chunk_bytes(name, body):
    """One chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


END = chunk_bytes(b"IEND", b"")


def header_of(data):
    """Width, height, depth, colour type, compression, filter, interlacing of a PNG file."""
    return struct.unpack(">IIBBBBB", data[16:29])


def packed_pixels(data, size):
    """The first `size` bytes of the rows of a PNG file, each with its filter, unpacked."""
    pieces = [chunk.body for chunk in _chunks(data)[0] if chunk.name == b"IDAT"]
    return zlib.decompressobj().decompress(b"".join(pieces), size)


def interlaced_passes(size, depth, color_type):
    """The passes of an interlaced picture of (width, height), in their order.

    Returns:
        A list of triples: the rows and the columns, ranges, and the bytes of `packed_pixels`.
    """
    width, height = size
    bits = depth * _CHANNELS[color_type]
    found = []
    for top, left, down, right in _PASSES:
        rows, columns = range(top, height, down), range(left, width, right)
        if rows and columns:
            found.append((rows, columns, _packed_bytes(len(columns), len(rows), bits)))
    return found


def with_chunks(data, chunks):
    """A PNG file with more chunks, pairs of name and body, after its header."""
    header = len(SIGNATURE) + 25
    return data[:header] + b"".join(chunk_bytes(*chunk) for chunk in chunks) + data[header:]


def physical_chunk(dpi):
    """The chunk with a picture's size on paper, as a list of one or none."""
    if not dpi:
        return []
    across, down = (min(round(value / _INCH), 2**31 - 1) for value in dpi)
    return [(b"pHYs", struct.pack(">IIB", across, down, 1))]


def _chunks(data):
    """The chunks up to the end mark or the end of the file, and whether there is a mark.

    If there are too many, the list ends with the first one too many.
    """
    view, position, chunks = memoryview(data), len(SIGNATURE), []
    while position + 12 <= len(view) and len(chunks) <= MOST_CHUNKS:
        length = int.from_bytes(view[position : position + 4], "big")
        if position + 12 + length > len(view):
            break
        chunks.append(_Chunk(view[position : position + 12 + length]))
        position += 12 + length
        if chunks[-1].name == b"IEND":
            return chunks, True
    return chunks, False


def _require_palette(path, found):
    body = found[b"PLTE"][0].body if b"PLTE" in found else b""
    if len(body) % 3 or not 3 <= len(body) <= 3 * 256:
        raise InputError(
            f"{path} is damaged: its palette has {amount(len(body), 'byte', 'bytes')}."
        )


def _require_whole(path, pieces, size, depth, color_type, interlaced):
    """Counts the unpacked bytes of the pixels, since decoders leave missing rows black."""
    expected = _packed_bytes(*size, depth * _CHANNELS[color_type])
    if interlaced:
        expected = sum(part for _, _, part in interlaced_passes(size, depth, color_type))
    unpacker, got = zlib.decompressobj(), 0
    try:
        for piece in pieces:
            rest = piece.body
            while len(rest) and got <= expected and not unpacker.eof:
                got += len(unpacker.decompress(rest, 1 << 20))
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise InputError(f"{path} is damaged: its pixels cannot be unpacked.") from error
    if got < expected:
        raise InputError(f"{path} is cut short: {got} of {expected} bytes of its pixels are there.")


def _packed_bytes(width, height, bits):
    return height * (1 + -(-width * bits // 8))


def _counts(chunk, color_type, found):
    """Whether transparency behind the chunks in `found` counts, as libpng and exports have it."""
    if b"IDAT" in found:
        return False
    if color_type == _PALETTE:
        return b"PLTE" in found and 0 < len(chunk.body) * 3 <= len(found[b"PLTE"][0].body)
    return color_type not in (0, 2) or len(chunk.body) == 2 * _CHANNELS[color_type]


def _profile(path, found):
    if b"iCCP" not in found:
        return None, []
    try:
        _, _, packed = bytes(found[b"iCCP"][0].body).partition(b"\0")
        unpacker = zlib.decompressobj()
        profile = unpacker.decompress(packed[1:], MOST_PROFILE)
        if unpacker.eof and profile:
            return profile, []
    except zlib.error:
        pass
    return None, [f"{path}: the colour profile is damaged or too large, and left out."]


def _dpi(found):
    body = found[b"pHYs"][0].body if b"pHYs" in found else b""
    if len(body) != 9 or body[8] != 1:
        return None
    across, down = struct.unpack(">II", body[:8])
    return (across * _INCH, down * _INCH) if across and down else None


def _pictures(chunks, found):
    """The number of pictures in an animation; the first may be separate."""
    if b"acTL" not in found or len(found[b"acTL"][0].body) < 4:
        return 1
    names = [chunk.name for chunk in chunks]
    apart = b"fcTL" not in names[: names.index(b"IDAT")]
    return max(1, int.from_bytes(found[b"acTL"][0].body[:4], "big") + apart)
