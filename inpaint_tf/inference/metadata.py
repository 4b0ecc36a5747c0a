"""EXIF data that stays true after the picture was turned upright and painted over."""

import struct

from PIL import Image

from inpaint_tf.inference.orientation import ORIENTATION

_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, struct.error)
_EXIF_IFD = 0x8769
_PIXEL_SIZE = (0xA002, 0xA003)  # width and height, wrong after a quarter turn
# Tags of a TIFF file that say how its pixels are laid out. A new file has its own.
_LAYOUT_TAGS = {
    *(254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284),
    *(288, 289, 290, 291, 292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330),
    *(332, 338, 339, 340, 341, 342, 347, 529, 530, 531, 532),
}
# Blocks that would need the same care as EXIF: profile (kept elsewhere), XMP, IPTC, Photoshop's.
_FOREIGN_BLOCKS = {34675, 700, 33723, 34377, 37724}


def read_exif(picture):
    """The EXIF data of an opened picture; none where they are damaged beyond reading."""
    try:
        return picture.getexif()
    except _DAMAGE:
        return Image.Exif()


def kept_exif(exif):
    """EXIF data less what is untrue or unwanted in a completed picture.

    Dropped are the orientation (it was applied), the sizes, and the thumbnail: it would still
    show what was painted over.

    Args:
        exif: a `PIL.Image.Exif`; it is changed.

    Returns:
        The `PIL.Image.Exif`, or None where nothing is left or nothing could be written again.
    """
    try:
        for tag in [ORIENTATION, *_LAYOUT_TAGS, *_FOREIGN_BLOCKS]:
            exif.pop(tag, None)
        for tag in _PIXEL_SIZE if _EXIF_IFD in exif else ():
            exif.get_ifd(_EXIF_IFD).pop(tag, None)
        exif.tobytes()
    except _DAMAGE:
        return None
    return exif if len(exif) else None


def exif_bytes(exif):
    """The EXIF block for a file, or None."""
    return None if exif is None else exif.tobytes()
