"""The data beside the pixels of a TIFF file: EXIF tags, colour profile, resolution."""

import io

from PIL import Image, TiffImagePlugin

from inpaint_tf.inference.metadata import ICC_PROFILE, dpi_of, tag_of
from inpaint_tf.inference.parts import Parts


def tiff_parts(path, data, file, page):
    """The data beside the pixels of a TIFF file.

    Args:
        path: for messages.
        data: bytes of the file.
        file: `tifffile.TiffFile` of it.
        page: the picture of it that counts.

    Returns:
        `Parts`; its data are the file.
    """
    notices = []
    exif = _exif(data, file, page)
    if exif is None:
        notices.append(f"{path}: the tags of the file are damaged and left out.")
    profile = tag_of(exif, ICC_PROFILE)
    if profile is not None and not isinstance(profile, bytes):
        notices.append(f"{path}: the colour profile is damaged and left out.")
        profile = None
    return Parts(
        data,
        profile or None,
        exif,
        dpi_of(exif),
        pictures=len(file.pages),
        notices=tuple(notices),
    )


def _exif(data, file, page):
    """The tags of a picture as EXIF data; Pillow reads those of BigTIFF only so."""
    exif = Image.Exif()
    exif.endian, exif.bigtiff = file.byteorder, file.is_bigtiff
    try:
        if file.is_bigtiff and file.byteorder == ">":
            exif._info = _big_directory(data, page.offset)
        else:
            exif.load_from_fp(io.BytesIO(data), page.offset)
    except Exception:  # no tag may stop a picture
        return None
    return exif


def _big_directory(data, offset):
    """What Pillow itself does only for BigTIFF of the other byte order."""
    directory = TiffImagePlugin.ImageFileDirectory_v2(b"II\x2b\0" + bytes(12), prefix=b"MM")
    file = io.BytesIO(data)
    file.seek(offset)
    directory.load(file)
    return directory
