"""The stored channels of a TIFF picture as grey, RGB or inks, and transparency."""

import numpy as np

from inpaint_tf.amount import amount
from inpaint_tf.errors import InputError

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, INKS, YCBCR = 0, 1, 2, 3, 5, 6  # photometric
# Compressions without loss: none, LZW, deflate (two numbers), PackBits, LZMA, Zstandard.
LOSSLESS = {1, 5, 8, 32946, 32773, 34925, 50000}
JPEG = 7
_UNSPECIFIED, _PREMULTIPLIED, _PLAIN = 0, 1, 2  # types of extra samples
_SEPARATE = 2  # planes
_INK_SET, _NOT_CMYK = 332, 2
_DEPTHS = {
    WHITE_IS_ZERO: (1, 2, 4, 8, 16),
    BLACK_IS_ZERO: (1, 2, 4, 8, 16),
    RGB: (1, 2, 4, 8, 16),
    PALETTE: (1, 2, 4, 8, 16),
    INKS: (8,),
}
_FULL = {8: np.uint8, 16: np.uint16}
KNOWN_KINDS = "grey, RGB or a palette of 1, 2, 4, 8 or 16 bits a channel, or CMYK of 8"


def unknown_kind(path):
    """The `InputError` for a TIFF file that is intact, but of an unsupported kind."""
    return InputError(f"{path} is a TIFF of an unsupported kind; expected {KNOWN_KINDS}.")


def is_simple(page):
    """Whether a picture has whole numbers of one size, stored without loss, in a known layout.

    Args:
        page: the `tifffile.TiffPage`, whose channels all have as many bits.
    """
    bits = int(np.max(page.bitspersample))
    if page.compression not in LOSSLESS or bits not in _DEPTHS.get(page.photometric, ()):
        return False
    if page.photometric == INKS and page.samplesperpixel < 4:
        return False
    return bits not in _FULL or page.dtype == _FULL[bits]


def is_readable(page):
    """Whether `read_channels` takes a picture; otherwise Pillow may know it."""
    if page.compression == JPEG and page.bitspersample == 8:
        if page.photometric == YCBCR:
            return page.samplesperpixel == 3 and page.planarconfig != _SEPARATE
        # Of separate planes of RGB alone tifffile makes an error.
        plain = page.photometric == RGB and not page.extrasamples
        if plain and (page.planarconfig == _SEPARATE or page.samplesperpixel != 3):
            return False
        return page.photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB)
    return is_simple(page)


def read_channels(path, page, pixels):
    """Grey, RGB or inks, with or without transparency, from all stored channels.

    Palettes become RGB, and 1, 2 or 4 bits are spread over 8.

    Args:
        path: for messages.
        page: the `tifffile.TiffPage`, which `is_readable`.
        pixels: its array as stored.

    Returns:
        `[H, W]`, or `[H, W, C]` with the transparency as the last of 2, 4 or (inks) 5 channels,
        uint8 or uint16; and sentences about what has been left out or guessed.

    Raises:
        InputError: a palette or channels are missing, or colours are stored as nobody does.
    """
    pixels = pixels.reshape(page.shape)
    if page.axes.startswith("S"):  # planes, one after the other
        pixels = np.moveaxis(pixels, 0, -1)
    pixels = pixels.reshape(page.imagelength, page.imagewidth, page.samplesperpixel)
    if page.photometric == PALETTE:
        color, notices = _indexed(path, page, pixels[..., 0])
        count = 1
    else:
        count = _colors(path, page)
        color, notices = _spread(pixels[..., :count], page), []
        if page.photometric == WHITE_IS_ZERO:
            color = np.iinfo(color.dtype).max - color
    types = [int(sample) for sample in page.extrasamples]
    alpha, alpha_type, remarks = _alpha(path, _spread(pixels[..., count:], page), types)
    notices += remarks
    if alpha_type == _PREMULTIPLIED:
        if page.photometric in (PALETTE, INKS):
            raise unknown_kind(path)
        color = _divided(color, alpha)
        notices.append(f"{path} has colours times transparency; they are divided by it.")
    if alpha is not None:
        color = np.concatenate([color, alpha], axis=-1)
    color = color[..., 0] if color.shape[2] == 1 else color
    return np.ascontiguousarray(color), notices


def _colors(path, page):
    """The number of channels that are colours."""
    samples = page.samplesperpixel
    if page.photometric == INKS:
        if _INK_SET in page.tags and page.tags[_INK_SET].value == _NOT_CMYK:
            raise unknown_kind(path)
        return 4
    # Three channels without a word about the last two are colours to those who write so.
    if page.photometric not in (RGB, YCBCR) and (samples < 3 or len(page.extrasamples) > 0):
        return 1
    if samples < 3:
        raise InputError(
            f"{path} has {amount(samples, 'channel', 'channels')}, expected 3 for RGB."
        )
    return 3


def _indexed(path, page, index):
    """`[H, W, 3]` of a palette, and sentences; of 16 bits if the index has them."""
    if page.colormap is None:
        raise InputError(f"{path} is damaged: its palette is missing.")
    palette, notices = page.colormap.T, []  # [2**bits, 3] uint16
    if palette.max() < 256:  # in old files they are of 8 bits
        palette = palette * np.uint16(257)
    if page.bitspersample == 16:
        return palette[index], notices
    index = index.astype(np.uint8)
    used = palette[np.unique(index)]
    if (used % 257).any() and (used % 256).any():
        notices.append(f"{path}: the colours of its palette are reduced from 16 to 8 bits.")
    return (palette // 256).astype(np.uint8)[index], notices


def _spread(pixels, page):
    """Channels of 1, 2 or 4 bits over the whole range of 8."""
    bits = int(np.max(page.bitspersample))
    if bits in _FULL:
        return pixels
    return pixels.astype(np.uint8) * np.uint8(255 // (2**bits - 1))


def _alpha(path, extras, types):
    """The transparency among the channels beyond the colours, `[H, W, 1]` or None; its kind."""
    count = extras.shape[2]
    types = [*types, *[_UNSPECIFIED] * count][:count]
    for number, sample_type in enumerate(types):
        if sample_type in (_PREMULTIPLIED, _PLAIN):
            notices = [f"{path}: channels beyond the transparency are left out."]
            return extras[..., number : number + 1], sample_type, notices if count > 1 else []
    if count == 0:
        return None, None, []
    if count > 1 or not extras.any():
        return None, None, [f"{path}: channels beyond the colours are left out."]
    return extras, _PLAIN, [f"{path}: a channel without a name is taken as its transparency."]


def _divided(color, alpha):
    """Colours that were multiplied by the transparency, as they were; black if none is left."""
    most = np.iinfo(color.dtype).max
    whole = np.maximum(alpha, 1).astype(np.uint32)
    wide = (color.astype(np.uint32) * most + whole // 2) // whole
    return np.minimum(wide, most).astype(color.dtype)
