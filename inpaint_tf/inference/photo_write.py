"""Writes a completed picture to a file in the format of its name."""

import io
import os
import tempfile

import numpy as np
from PIL import Image, TiffImagePlugin

from inpaint_tf.errors import InputError
from inpaint_tf.files import PARTIAL, replacing
from inpaint_tf.inference.deep_png import deep_png
from inpaint_tf.inference.metadata import (
    RESOLUTION_TAGS,
    SUB_IFDS,
    dpi_of,
    exif_bytes,
    swapped_comment,
)
from inpaint_tf.inference.opening import FORMAT_OF_SUFFIX
from inpaint_tf.inference.photo import join
from inpaint_tf.inference.png_parts import physical_chunk, with_chunks

QUALITY = 95
# PNG at level 4 takes 0.6 of the time of level 6, for files a hundredth larger. Full colour
# resolution in JPEG, colours under transparent pixels in WebP. TIFF stays without compression:
# with it Pillow cannot write EXIF data.
_OPTIONS = {
    "PNG": {"compress_level": 4},
    "JPEG": {"quality": QUALITY, "subsampling": 0},
    "WebP": {"quality": QUALITY, "exact": True},
}
_LOSSY = ("JPEG", "WebP")
_LONGEST_SIDE = {"JPEG": 65535, "WebP": 16383}
_DEEP = ("PNG", "TIFF")
_TEXT_TAGS = (270, 271, 272, 305, 306, 315, 33432)  # description, camera, date, artist, ...
# A segment of JPEG has 65533 bytes; a profile may take 255 of them, each with 14 of its own.
_MOST_BYTES = {"JPEG": {"exif": 65533, "icc_profile": 255 * (65533 - 14)}}
_MOST_DPI = 65535  # in two bytes
_WITHOUT_ALPHA = ("JPEG", "BMP")


def default_output(image_path):
    """`NAME_inpainted.png` beside the picture; if that exists, `NAME_inpainted_2.png` ..."""
    stem = os.path.splitext(os.fspath(image_path))[0] + "_inpainted"
    path, number = f"{stem}.png", 2
    while os.path.lexists(path):
        path, number = f"{stem}_{number}.png", number + 1
    return path


def require_writable(path):
    """Refuses a path where no picture can be written, before any work is done.

    Raises:
        InputError: the name has no suffix of a known format, its directory is missing or not
            writable, or something that may not be replaced has the name.
    """
    path = os.fspath(path)
    directory = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory; expected a file name to write.")
    format_of(path)
    if not os.path.isdir(directory):
        raise InputError(f"{path} cannot be written: the directory {directory} does not exist.")
    try:
        os.stat(path)
        if not os.path.isfile(path):
            raise InputError(f"{path} is not a regular file; expected a file name to write.")
        if not os.access(path, os.W_OK):
            raise InputError(f"{path} cannot be written: it is write-protected.")
    except FileNotFoundError:
        pass
    except OSError as error:  # a name that is too long, for example
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with tempfile.NamedTemporaryFile(prefix=f".probe{PARTIAL}", dir=directory):
            pass
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def write_photo(path, photo):
    """Writes a `Photo` in the format of the suffix of `path`, whole or not at all.

    JPEG and WebP are written at quality 95, everything else without loss.

    Returns:
        A list of sentences about what the format could not hold.

    Raises:
        InputError: the file cannot be written.
    """
    file_format = format_of(path)
    _require_size(path, photo.color.shape, file_format)
    fitted, notices = fit(photo, file_format, path)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        notices += _save(file, fitted, file_format, path)
    return notices


def photo_bytes(photo, file_format, name):
    """As `write_photo`, into memory.

    Args:
        photo: the `Photo`.
        file_format: a value of `FORMAT_OF_SUFFIX`.
        name: the picture's name in messages.

    Returns:
        The bytes of the file, and a list of sentences about what the format could not hold.
    """
    _require_size(name, photo.color.shape, file_format)
    fitted, notices = fit(photo, file_format, name)
    file = io.BytesIO()
    notices += _save(file, fitted, file_format, name)
    return file.getvalue(), notices


def fit(photo, file_format, path):
    """The parts of a `Photo` that a format can hold, and sentences about the others."""
    notices = []
    if file_format in _LOSSY:
        notices.append(
            f"{path} is {file_format} of quality {QUALITY}: known pixels may change a little; "
            "a .png keeps them exactly."
        )
    if photo.color.dtype == np.uint16 and file_format not in _DEEP:
        notices.append(f"{path} is {file_format}: reduced from 16 to 8 bits a channel.")
        alpha = None if photo.alpha is None else to_8_bits(photo.alpha)
        photo = photo._replace(color=to_8_bits(photo.color), alpha=alpha)
    if photo.alpha is not None and file_format in _WITHOUT_ALPHA:
        notices.append(f"{path} is {file_format}: the transparency is left out.")
        photo = photo._replace(alpha=None)
    if photo.color.dtype == np.uint16 and file_format == "TIFF" and _is_more_than_texts(photo.exif):
        notices.append(f"{path} is TIFF of 16 bits: of the EXIF data only texts are kept.")
    photo, remarks = _fit_side_data(photo, file_format, path)
    return photo, [*notices, *remarks]


def _fit_side_data(photo, file_format, path):
    """The profile, EXIF data, chunks and resolution, as far as a format can hold them."""
    notices = []
    if file_format == "BMP" and (photo.icc_profile or photo.exif is not None):
        notices.append(f"{path} is BMP: the colour profile and EXIF data are left out.")
        photo = photo._replace(icc_profile=None, exif=None)
    most = _MOST_BYTES.get(file_format)
    if most and photo.exif is not None and len(exif_bytes(photo.exif)) > most["exif"]:
        notices.append(
            f"{path} is {file_format}, which holds {most['exif']} bytes of EXIF data at most; "
            "they are left out."
        )
        photo = photo._replace(exif=None)
    if most and len(photo.icc_profile or b"") > most["icc_profile"]:
        notices.append(f"{path} is {file_format}: the colour profile is too large and left out.")
        photo = photo._replace(icc_profile=None)
    if file_format == "WebP" and photo.color.ndim == 2 and _is_for_grey(photo.icc_profile):
        notices.append(f"{path} is WebP, always RGB: the colour profile is for grey and left out.")
        photo = photo._replace(icc_profile=None)
    names = [name.decode() for name, _ in photo.color_chunks]
    if file_format != "PNG" and names:
        # sRGB is what everybody assumes, and its gamma and primaries go with it.
        if "sRGB" not in names or set(names) - {"sRGB", "gAMA", "cHRM"}:
            notices.append(f"{path} is {file_format}: {', '.join(names)} of PNG are left out.")
        photo = photo._replace(color_chunks=())
    if file_format == "WebP" and photo.dpi and not dpi_of(photo.exif):
        notices.append(f"{path} is WebP: the resolution in dpi is left out.")
        photo = photo._replace(dpi=None)
    return photo, notices


def _is_for_grey(profile):
    return (profile or b"")[16:20] == b"GRAY"


def _is_more_than_texts(exif):
    """Whether EXIF data hold what `_encode_deep_tiff` does not write."""
    if exif is None:
        return False
    return bool(set(exif) - {*_TEXT_TAGS, *RESOLUTION_TAGS}) or any(map(exif.get_ifd, SUB_IFDS))


def to_8_bits(pixels):
    """uint16 to the nearest uint8 (65535 is 255); uint8 stays as it is."""
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _save(file, photo, file_format, name):
    """Writes the picture, without the side data that a library refuses; sentences about these."""
    without = ({}, {"exif": None}, {"exif": None, "icc_profile": None, "dpi": None})
    for number, missing in enumerate(without):
        try:
            file.seek(0)
            file.truncate()
            _encode(file, photo._replace(**missing), file_format)
        except OSError:  # the disk: another try would not help
            raise
        except Exception as error:  # of nearly any kind, for odd side data
            if number + 1 == len(without):
                raise InputError(f"{name} cannot be written as {file_format}: {error}.") from error
            continue
        lost = " and ".join(("EXIF data", "colour profile")[:number])
        return [f"{name}: the {lost} cannot be written and are left out."] if lost else []


def _encode(file, photo, file_format):
    pixels = join(photo)
    kept = {"icc_profile": photo.icc_profile, "exif": exif_bytes(photo.exif)}
    kept = {name: value for name, value in kept.items() if value}
    if file_format == "PNG":
        _encode_png(file, photo, pixels, kept)
    elif pixels.dtype == np.uint16:
        _encode_deep_tiff(file, photo)
    else:
        options = dict(_OPTIONS.get(file_format, {}))
        if photo.dpi:
            options["dpi"] = tuple(min(value, _MOST_DPI) for value in photo.dpi)
        if file_format == "TIFF" and kept.pop("exif", None):
            options["tiffinfo"] = _directory(photo.exif)
        Image.fromarray(pixels).save(file, format=file_format.upper(), **options, **kept)


def _directory(exif):
    """EXIF data as the tags of a TIFF file, all of them and with their bytes."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory.update(exif)
    for ifd in SUB_IFDS:
        below = dict(exif.get_ifd(ifd))
        if exif.endian == ">":  # Pillow writes "<"
            below.update(swapped_comment(below))
        if below:
            directory[ifd] = below
    return directory


def _encode_png(file, photo, pixels, kept):
    if pixels.dtype == np.uint16:
        data = deep_png(pixels, **kept)
    else:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, format="PNG", **_OPTIONS["PNG"], **kept)
        data = buffer.getvalue()
    file.write(with_chunks(data, [*photo.color_chunks, *physical_chunk(photo.dpi)]))


def _encode_deep_tiff(file, photo):
    import tifffile  # slow to import, seldom needed

    exif = photo.exif or {}
    texts = {tag: str(exif[tag]).replace("\0", "") for tag in _TEXT_TAGS if tag in exif}
    dpi = photo.dpi or dpi_of(exif)
    inches = {"resolution": dpi, "resolutionunit": 2} if dpi else {}
    tifffile.imwrite(
        file,
        join(photo),
        photometric="minisblack" if photo.color.ndim == 2 else "rgb",
        planarconfig=None if photo.color.ndim == 2 and photo.alpha is None else "contig",
        extrasamples=None if photo.alpha is None else ["unassalpha"],
        compression="zlib",
        predictor=True,
        iccprofile=photo.icc_profile,
        metadata=None,
        software=False,
        extratags=[(tag, "s", 0, text.encode("latin-1"), True) for tag, text in texts.items()],
        **inches,
    )


def format_of(path):
    suffix = os.path.splitext(os.fspath(path))[1].lower()
    if suffix not in FORMAT_OF_SUFFIX:
        raise InputError(
            f"{path} does not say its format; expected a name that ends in one of "
            f"{' '.join(FORMAT_OF_SUFFIX)}."
        )
    return FORMAT_OF_SUFFIX[suffix]


def _require_size(path, shape, file_format):
    longest = _LONGEST_SIDE.get(file_format)
    if longest and max(shape[:2]) > longest:
        raise InputError(
            f"{path} would be {shape[1]}x{shape[0]}; a side of a {file_format} picture has at "
            f"most {longest} pixels, so choose .png."
        )
