"""What a picture file holds, taken apart: what its pixels need, and what stands beside them."""

from typing import NamedTuple, Optional

from PIL import Image


class Parts(NamedTuple):
    """A file whose side data cannot stop its pixels from being decoded.

    data: bytes of a file with nothing but what the pixels need.
    icc_profile: bytes of the colour profile, or None.
    exif: a `PIL.Image.Exif` as stored, or None.
    dpi: horizontal and vertical pixels per inch, or None.
    color_chunks: pairs of name and body of the PNG chunks that say how colours are meant.
    transparent: the values of the one colour that is transparent, or None.
    depth: bits a channel.
    pictures: how many there are in the file.
    notices: sentences about what is left out.
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
