"""A JPEG file split into its parts, so that bad side segments do not affect the pixels."""

import re
import struct

import numpy as np
from PIL import Image

from inpaint_tf.amount import amount
from inpaint_tf.errors import InputError
from inpaint_tf.inference.metadata import load_exif
from inpaint_tf.inference.opening import open_picture
from inpaint_tf.inference.parts import Parts

# Progressive files have about ten scans, each of which goes over the whole picture.
FEW_SCANS, MOST_SCANNED = 20, 2**31  # pixels times scans
_MARKER = re.compile(rb"\xff+([\x02-\xcf\xd8-\xfe])", re.DOTALL)
_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")  # stands between parts of a scan
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # Huffman and arithmetic tables, and a gap
_ARITHMETIC = {*range(0xC9, 0xD0)} - {0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}
_APP0, _APP1, _APP2, _COMMENT = 0xE0, 0xE1, 0xE2, 0xFE
_SIDE = {*range(0xE0, 0xF0), _COMMENT}
_OF_PIXELS = (b"JFIF\0", b"Adobe")  # these two say how colours are stored
_PROFILE, _EXIF, _SEVERAL = b"ICC_PROFILE\0", b"Exif\0\0", b"MPF\0"
_NUMBER_OF_IMAGES = 0xB001
END_OF_JPEG = b"\xff\xd9"
# No marker in it, which would end the pixels.
_NOISE = np.random.RandomState(5).randint(1, 255, 64).astype(np.uint8).tobytes()
_ZEROS = bytes(64)
# What decoders take for pixels where some are missing, and pass over where none are, by the number
# of the next restart marker: decoders continue after any of the eight.
BEHIND_PIXELS = [
    _NOISE + b"".join(bytes([255, 0xD0 + (first + n) % 8]) + _NOISE for n in range(8))
    for first in range(8)
]
_PER_INCH = {1: 1.0, 2: 2.54}  # by the unit of JFIF


def jpeg_parts(path, data):
    """Splits a JPEG file into its parts.

    Args:
        path: for messages.
        data: bytes of the file.

    Returns:
        `Parts`; the data end with an end mark, whether or not the file has it.
    """
    pieces, side, frames, scans, ended = _segments(data)
    if not scans:
        raise InputError(f"{path} is cut short or damaged: it has no pixels.")
    _require_frame(path, frames)
    _require_all_scans(path, frames, scans)
    exif, notices = None, []
    for body in side.get(_APP1, ()):
        if body.startswith(_EXIF):
            exif, notices = load_exif(path, body[len(_EXIF) :])
            break
    profile, remarks = _profile(path, side.get(_APP2, ()))
    notices = [*notices, *remarks]
    if not ended:
        notices.append(f"{path} lacks its end mark; its pixels are whole.")
    clean = b"".join([*pieces, END_OF_JPEG])
    return Parts(
        clean,
        profile,
        exif,
        _dpi(side.get(_APP0, ())),
        pictures=_pictures(path, side.get(_APP2, ())),
        notices=tuple(notices),
    )


def require_few_scans(path, data, size):
    """Raises `InputError` if decoding would go over the picture again and again."""
    scans = len(_segments(data)[3])
    if scans > FEW_SCANS and scans * size[0] * size[1] > MOST_SCANNED:
        raise InputError(
            f"{path} has {scans} scans of {size[0]}x{size[1]} pixels, more than are decoded; "
            "save it anew."
        )


def require_frame_within(path, data, size):
    """Raises `InputError` if a JPEG within another file is larger than it should be.

    Args:
        path: for messages.
        data: bytes of the JPEG, with or without its tables.
        size: (width, height) that it should have.
    """
    frames = _segments(data)[2]
    _require_frame(path, frames)
    height, width = struct.unpack(">HH", frames[0][1][1:5])
    if width > size[0] or height > size[1]:
        raise InputError(
            f"{path} is damaged: a piece of {size[0]}x{size[1]} pixels holds {width}x{height}."
        )
    require_few_scans(path, data, (width, height))


def require_whole(path, data, pixels=None):
    """Raises `InputError` if pixels are missing, which the decoder fills with grey.

    The decoder ignores bytes after the last pixel of a scan, or of a part between restart markers,
    but takes them for pixels if some are missing. So bytes are inserted there, and the pixels must
    not change.

    Args:
        path: for messages.
        data: of `jpeg_parts`.
        pixels: `[H, W]` or `[H, W, C]` array, decoded by Pillow; without it both versions are
            decoded at an eighth of the size where that is possible, which is faster and almost
            certain.
    """
    frame = _segments(data)[2][0][0]
    coded = _with_late_noise if frame in _ARITHMETIC else _with_noise
    noisy = b"".join([*_segments(data, coded)[0], END_OF_JPEG])
    if pixels is None:
        same = np.array_equal(_reduced(data), _reduced(noisy))
    else:
        same = np.array_equal(np.asarray(open_picture(noisy)), pixels)
    if not same:
        raise InputError(f"{path} is cut short: the last of its pixels are missing.")


def is_lossless(data):
    """Whether a JPEG is of the rare lossless kind, which cannot be decoded reduced.

    Args:
        data: of `jpeg_parts`.
    """
    return _segments(data)[2][0][0] in _LOSSLESS


def _reduced(data):
    picture = open_picture(data)
    if not is_lossless(data):
        picture.draft(picture.mode, (1, 1))
    return np.asarray(picture)


def _with_noise(coded):
    marked, count = _RESTART.subn(lambda mark: _NOISE + mark[0], coded)
    return marked + BEHIND_PIXELS[count % 8]


def _with_late_noise(coded):
    """As `_with_noise`, of arithmetic coding, whose zeros at the end need not be in the file."""
    return _RESTART.sub(lambda mark: _ZEROS + mark[0], coded) + _ZEROS + _NOISE


def _segments(data, coded=bytes):
    """The data of the pixels, side segments by marker, frame and scan headers, end mark or not.

    Args:
        data: bytes of the file.
        coded: function of the coded pixels of each scan that gives those to keep.
    """
    pieces, side, frames, scans = [data[:2]], {}, [], []
    position, ended, marker = 2, False, None
    while True:
        found = _MARKER.search(data, position)
        stop = found.start() if found else len(data)
        if marker == _SOS:
            pieces.append(coded(data[position:stop]))  # behind other segments it is filling
        marker = found[1][0] if found else None
        if not found:
            break
        if marker == _EOI:
            ended = True
            break
        start = found.end()
        position = start + int.from_bytes(data[start : start + 2], "big")
        if marker == _SOI or position > len(data) or position < start + 2:
            break
        body = data[start + 2 : position]
        if marker == _SOS:
            scans.append(body)
        if marker in _FRAMES:
            frames.append((marker, body))
        if marker in _SIDE:
            side.setdefault(marker, []).append(body)
        if marker not in _SIDE or (body.startswith(_OF_PIXELS) and len(body) >= 12):
            pieces.append(data[found.end() - 2 : position])
    return pieces, side, frames, scans, ended


def _require_frame(path, frames):
    """Raises `InputError` unless there is one frame, of 8 bits a channel."""
    if len(frames) != 1:
        raise InputError(f"{path} is damaged: it describes {len(frames)} frames, expected one.")
    if len(frames[0][1]) < 6:
        raise InputError(f"{path} is damaged: the header of its frame is too short.")
    bits = frames[0][1][0]
    if bits != 8:
        raise InputError(
            f"{path} is a JPEG of {amount(bits, 'bit', 'bits')} a channel; expected 8."
        )


def _require_all_scans(path, frames, scans):
    """Raises `InputError` if the file ends between two scans, which decoders do not notice.

    Source:
        ITU-T T.81, B.2.2 and B.2.3: parameters of frames and scans; G.1.1: progressions.
    """
    marker, frame = frames[0]
    # The missing bits of each block's 64 numbers: all 8 at first.
    missing = {number: [8] * 64 for number in frame[6::3][: frame[5]]}
    for scan in scans:
        count = scan[0] if scan else 0
        first, last, bits = scan[1 + 2 * count : 4 + 2 * count].ljust(3, b"\0")
        if marker not in _PROGRESSIVE:
            first, last, bits = 0, 63, 0
        for number in scan[1 : 1 + 2 * count : 2]:
            if number in missing:
                positions = range(first, min(last, 63) + 1)
                missing[number][first : first + len(positions)] = [bits & 15 for _ in positions]
    if any(any(bits) for bits in missing.values()):
        raise InputError(f"{path} is cut short: the last of its scans are missing.")


def _profile(path, bodies):
    """The colour profile, which may come in several segments, each with its number."""
    parts = {}
    for body in bodies:
        if body.startswith(_PROFILE) and len(body) > len(_PROFILE) + 2:
            number, count = body[len(_PROFILE) : len(_PROFILE) + 2]
            parts.setdefault(number, (count, body[len(_PROFILE) + 2 :]))
    if not parts:
        return None, []
    count = max(count for count, _ in parts.values())
    if sorted(parts) != list(range(1, count + 1)):
        return None, [f"{path}: the colour profile is damaged and left out."]
    return b"".join(parts[number][1] for number in sorted(parts)), []


def _dpi(bodies):
    for body in bodies:
        if body.startswith(b"JFIF\0") and len(body) >= 12 and body[7] in _PER_INCH:
            across, down = struct.unpack(">HH", body[8:12])
            factor = _PER_INCH[body[7]]
            return (across * factor, down * factor) if across and down else None
    return None


def _pictures(path, bodies):
    """The number of pictures in the index of a phone's file."""
    for body in bodies:
        if body.startswith(_SEVERAL):
            index = load_exif(path, body[len(_SEVERAL) :])[0] or Image.Exif()
            number = index.get(_NUMBER_OF_IMAGES, 1)
            return number if isinstance(number, int) and number > 0 else 1
    return 1
