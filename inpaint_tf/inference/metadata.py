"""EXIF data that is still true after the picture was turned upright and painted over."""

from PIL import Image

from inpaint_tf.inference.orientation import ORIENTATION

# Pillow raises almost anything for tags of unexpected types, so `Exception` is caught here: no tag
# may stop a picture.
_EXIF_IFD, _GPS_IFD, _INTEROP_IFD = 0x8769, 0x8825, 0xA005
_PIXEL_SIZE = (0xA002, 0xA003)  # width and height, wrong after a quarter turn
ICC_PROFILE, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 34675, 282, 283, 296
RESOLUTION_TAGS, SUB_IFDS = (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT), (_EXIF_IFD, _GPS_IFD)
PRIMARIES = (318, 319)  # the white point, and red, green and blue
_TRANSFER_FUNCTION = 301  # tables for one depth, up to 400 kB
_PER_INCH = {2: 1.0, 3: 2.54}  # by RESOLUTION_UNIT
# Tags of a TIFF file that say how its pixels are laid out. A new file has its own.
_LAYOUT_TAGS = {
    *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284),
    *(288, 289, 290, 291, 292, 293, 297, 301, 317, 320, 321, 322, 323, 324, 325, 330),
    *(332, 338, 339, 340, 341, 342, 347, 529, 530, 531, 532),
}
USER_COMMENT, UTF_16 = 0x9286, b"UNICODE\0"
# Tags of undefined type, by directory: curves, settings, notes of the maker, comments.
_UNDEFINED = {
    *((_EXIF_IFD, tag) for tag in (0x8828, 0x9101, 0x927C, USER_COMMENT, 0xA20C, 0xA300, 0xA301)),
    *((_EXIF_IFD, tag) for tag in (0xA40B, 0xA462)),
    *((_GPS_IFD, tag) for tag in (0x1B, 0x1C)),
}
# Blocks that would need the same care as EXIF: profile (kept elsewhere), XMP, IPTC, Photoshop's.
_FOREIGN_BLOCKS = {ICC_PROFILE, 700, 33723, 34377, 37724}
_LEFT = {ORIENTATION, *_LAYOUT_TAGS, *_FOREIGN_BLOCKS}


class _Text(str):
    """Text that is written as the bytes that were read.

    EXIF knows ASCII alone, and most writers put UTF-8 there. Pillow reads any bytes as Latin-1, and
    would write a question mark for what is not ASCII.
    """

    def encode(self, encoding="latin-1", errors="strict"):
        return super().encode("latin-1", "replace")


def load_exif(path, block):
    """Reads a block of EXIF data.

    Args:
        path: for messages.
        block: bytes, a TIFF header and what it leads to.

    Returns:
        A `PIL.Image.Exif` as stored, or None if it cannot be read; and sentences about that.
    """
    exif = Image.Exif()
    try:
        exif.load(block)
    except Exception:
        return None, [f"{path}: the EXIF data are damaged and left out."]
    return exif, []


def tag_of(exif, tag, default=None):
    """The value of a tag, or `default` if it is missing or cannot be read."""
    try:
        return default if exif is None else exif.get(tag, default)
    except Exception:
        return default


def orientation_of(exif):
    """The EXIF orientation, 1 to 8; anything else counts as 1, as viewers do."""
    value = tag_of(exif, ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def dpi_of(exif):
    """(horizontal, vertical) pixels per inch by the tags of a TIFF file, or None."""
    try:
        factor = _PER_INCH[exif.get(RESOLUTION_UNIT, 2)]
        dpi = tuple(float(exif[tag]) * factor for tag in (X_RESOLUTION, Y_RESOLUTION))
    except Exception:
        return None
    return dpi if all(0.5 <= value <= 1e6 for value in dpi) else None


def kept_exif(path, exif):
    """EXIF data without what is untrue, unwanted or unreadable in a completed picture.

    The orientation is dropped (it was applied), as are the sizes, the thumbnail (it would still
    show what was painted over), and tags with values of a wrong type.

    Args:
        path: for messages.
        exif: a `PIL.Image.Exif`, or None.

    Returns:
        A new `PIL.Image.Exif`, or None if nothing is left; and sentences about what is left
        out though it might matter.
    """
    if exif is None:
        return None, []
    kept, dropped = Image.Exif(), []
    kept.endian = exif.endian  # notes of makers and texts in UTF-16 are in the same order
    for tag, value in _values(exif, dropped):
        if tag not in _LEFT and tag not in SUB_IFDS:
            value = _as_stored(value)
            if _can_be_written({tag: value}):
                kept[tag] = value
            else:
                dropped.append(tag)
    filled = False
    for ifd in SUB_IFDS:
        values = _kept_below(exif, ifd, dropped)
        if values:
            kept.get_ifd(ifd).update(values)
            filled = True
    notices = []
    if _TRANSFER_FUNCTION in exif:
        notices.append(f"{path}: the transfer function of its colours is left out.")
    if dropped:
        names = ", ".join(str(tag) for tag in dropped[:3])
        more = f" and {len(dropped) - 3} more" if len(dropped) > 3 else ""
        notices.append(f"{path}: the EXIF tag {names}{more} is damaged and left out.")
    return (kept if len(kept) or filled else None), notices


def exif_bytes(exif):
    """The EXIF block for a file, or None."""
    return None if exif is None else exif.tobytes()


def swapped_comment(values):
    """The comment of a directory, a dict, in the other order of bytes if that matters to it."""
    for comment in values.get(USER_COMMENT, ()):
        head, text = bytes(comment[:8]), comment[8:]
        if head == UTF_16 and len(text) % 2 == 0:
            swapped = bytearray(text)
            swapped[::2], swapped[1::2] = text[1::2], text[::2]
            return {USER_COMMENT: (bytearray(head) + swapped,)}
    return {}


def without_primaries(exif):
    """EXIF data of a picture whose colours have become those of sRGB."""
    for tag in PRIMARIES:
        if tag_of(exif, tag) is not None:
            del exif[tag]
    return exif


def _as_stored(value, place=None):
    """A tag's value in a form that Pillow writes as the same bytes, and of the same type."""
    if isinstance(value, bytes) and place in _UNDEFINED:
        return (bytearray(value),)  # it would write bytes as numbers
    return value if not isinstance(value, str) or value.isascii() else _Text(value)


def _values(exif, dropped):
    for tag in sorted(exif):
        try:
            yield tag, exif[tag]
        except Exception:
            dropped.append(tag)


def _kept_below(exif, ifd, dropped):
    """The tags that are kept of a directory within EXIF data, a dict."""
    try:
        stored = dict(exif.get_ifd(ifd)) if ifd in exif else {}
    except Exception:
        dropped.append(ifd)
        return {}
    values = {}
    for tag, value in stored.items():
        if ifd == _EXIF_IFD and tag in _PIXEL_SIZE:
            continue
        if tag == _INTEROP_IFD and not isinstance(value, dict):
            value = _interoperability(exif)
        value = _as_stored(value, (ifd, tag))
        if _can_be_written({tag: value}, ifd):
            values[tag] = value
        else:
            dropped.append(tag)
    return values


def _interoperability(exif):
    try:
        return dict(exif.get_ifd(_INTEROP_IFD)) or None
    except Exception:
        return None


def _can_be_written(values, ifd=None):
    """Whether a tag can be read back after it was written."""
    try:
        block = Image.Exif()
        if ifd is None:
            block.update(values)
        else:
            block.get_ifd(ifd).update(values)
        again = Image.Exif()
        again.load(block.tobytes())
        return set(values) <= set(again if ifd is None else again.get_ifd(ifd))
    except Exception:
        return False
