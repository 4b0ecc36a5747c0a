"""The formats that are read, and the only function that opens a picture with Pillow."""

import io

from PIL import (
    BmpImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

KNOWN_FORMATS = "PNG, JPEG, WebP, BMP or TIFF"
FORMAT_OF_SUFFIX = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WebP",
    ".bmp": "BMP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
# The first bytes of these formats.
_STARTS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "WebP": (b"RIFF",),
    "BMP": (b"BM",),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}

_OPENERS = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}


def format_of_bytes(data):
    """The format of a file by its first bytes, "PNG", "JPEG", "WebP", "BMP", "TIFF" or None."""
    for name, starts in _STARTS.items():
        if bytes(data[:8]).startswith(starts) and (name != "WebP" or data[8:12] == b"WEBP"):
            return name
    return None


def open_picture(data):
    """Opens a picture of one of our formats without decoding it.

    As `PIL.Image.open`, but without its limit of size, which is a variable of the whole process:
    callers check `size` before `load`.

    Args:
        data: the bytes of the file.

    Returns:
        A `PIL.Image`.

    Raises:
        UnidentifiedImageError: it is no picture, or one that Pillow does not know.
        Others: whatever Pillow raises for damaged files.
    """
    name = format_of_bytes(data)
    if name is None:
        raise UnidentifiedImageError("none of the formats that are read")
    try:
        return _OPENERS[name](io.BytesIO(data))
    except (SyntaxError, KeyError) as error:
        raise UnidentifiedImageError(str(error)) from error
