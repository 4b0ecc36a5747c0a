"""The parts of a picture file: the data of its pixels, and the data beside them."""

from typing import NamedTuple, Optional

from PIL import Image


class Parts(NamedTuple):
    """A file split so that its side data cannot stop its pixels from being decoded.

    data: bytes of a file with only what the pixels need.
    icc_profile: bytes of the colour profile, or None.
    exif: a `PIL.Image.Exif` as stored, or None.
    dpi: horizontal and vertical pixels per inch, or None.
    color_chunks: pairs of name and body of the PNG chunks about the meaning of colours.
    transparent: the values of the one colour that is transparent, or None.
    depth: bits a channel.
    pictures: their number in the file.
    notices: sentences about parts that are left out.
    """

    data: bytes
    icc_profile: Optional[bytes] = None
    exif: Optional[Image.Exif] = None
    dpi: Optional[tuple] = None
    color_chunks: tuple = ()
    transparent: Optional[tuple] = None
    depth: int = 8
    pictures: int = 1
    notices: tuple = ()
