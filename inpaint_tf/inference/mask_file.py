"""The reader of masks: files of any format that mark a hole, with or without transparency."""

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.arrays import LUMA
from inpaint_tf.inference.photo import MAX_PIXELS, read_photo
from inpaint_tf.inference.photo_write import to_8_bits

# The lowest level that counts as white in a mask, as is usual in this field.
THRESHOLD = 128
# A hole over more than this fraction of the picture suggests a mask of the other convention.
SUSPICIOUS_SHARE = 0.75
# A ground of black with a hole of white: either it is opaque over half of the picture, or what is
# opaque has only black, white and the greys between. Everything else is strokes on transparency.
OPAQUE_GROUND, BLACK, WHITE, GREY_SPREAD = 0.5, 32, 223, 32


def read_mask(path, size, invert=False, max_pixels=MAX_PIXELS):
    """Reads a mask file: 1-bit, grey, colour or palette, of 8 or 16 bits, any format.

    Colours count by their brightness. Fully transparent pixels are never hole. On a transparent
    layer without an opaque ground everything painted is the hole, whatever its colour.

    Args:
        path: the mask file. Its EXIF orientation is applied.
        size: height and width of the upright picture; a mask of another size is resized.
        invert: whether black is the hole instead of white.

    Returns:
        `[H, W]` bool, True in the hole, and a list of sentences about what may be unintended.
    """
    return mask_hole(read_photo(path, max_pixels), path, size, invert)


def mask_hole(mask, name, size, invert=False):
    """As `read_mask`, for the `Photo` of a mask, called `name` in messages."""
    notices = list(mask.notices)
    gray = brightness(mask.color)
    if mask.alpha is None or mask.alpha.min() == np.iinfo(mask.alpha.dtype).max:
        hole = (gray >= THRESHOLD) != invert
    else:
        alpha = to_8_bits(mask.alpha)
        # A layer may be faint all over.
        visible = alpha >= (THRESHOLD if alpha.max() >= THRESHOLD else 1)
        hole, what = _layer_hole(gray, mask.color, visible, invert)
        notices.append(f"{name} has transparent parts, which are not hole; {what} is the hole.")
        gray = np.where(visible, gray, 0 if not invert else 255)
    if not hole.any():
        what = f"brightest pixel is {gray.max()}" if not invert else f"darkest is {gray.min()}"
        notices.append(f"{name} marks no hole: its {what}, and white begins at {THRESHOLD}.")
    if hole.shape != tuple(size):
        notices.append(
            f"{name} is {hole.shape[1]}x{hole.shape[0]}, the picture {size[1]}x{size[0]}; "
            "the mask is resized to it."
        )
        if hole.shape == tuple(size)[::-1]:
            notices.append(
                f"{name} seems to be drawn before the picture was turned upright; turn it too."
            )
        hole = resized_nearest(hole, size)
    return hole, notices


def read_hole(path, size, invert=False):
    """As `read_mask`, but refuses a mask that marks nothing or everything, see `checked_hole`."""
    return checked_hole(read_photo(path), path, size, invert)


def checked_hole(mask, name, size, invert=False):
    """As `mask_hole`, for masks that nobody checks one by one.

    Raises:
        InputError: the mask marks no hole, or nothing but hole.
    """
    hole, notices = mask_hole(mask, name, size, invert)
    if not hole.any():
        color = "black" if invert else "white"
        brightest = brightness(mask.color).max()
        raise InputError(
            f"{name} marks no hole: its brightest pixel is {brightest}, and white begins at "
            f"{THRESHOLD}; expected a mask that is {color} in the hole."
        )
    if hole.all():
        color = "white" if invert else "black"
        raise InputError(f"{name} is hole all over; expected a mask that is {color} somewhere.")
    if hole.mean() > SUSPICIOUS_SHARE:
        notices.append(
            f"{name}: the hole covers {hole.mean():.0%} of the picture; masks that mark the hole "
            "black need the option that inverts them."
        )
    return hole, notices


def brightness(color):
    """`[H, W]` uint8 of grey or RGB pixels of 8 or 16 bits."""
    gray = to_8_bits(color)
    return gray if gray.ndim == 2 else np.rint(gray @ np.array(LUMA)).astype(np.uint8)


def resized_nearest(gray, size):
    """`[h, w]` to `[H, W]`: each new pixel takes the old one at its centre."""
    rows, columns = (
        np.minimum((np.arange(new) + 0.5) * old / new, old - 1).astype(int)
        for new, old in zip(size, gray.shape)
    )
    return gray[rows[:, None], columns]


def _layer_hole(gray, color, visible, invert):
    """The hole of a mask with transparent parts, and a description of it."""
    if invert:
        return visible & (gray < THRESHOLD), "black in the rest"
    if visible.any() and _has_ground(gray[visible], to_8_bits(color)[visible], visible.mean()):
        return visible & (gray >= THRESHOLD), "white in the rest"
    return visible, "what is painted on them"


def _has_ground(gray, color, opaque):
    """Whether the opaque part of a mask is a black ground with a white hole, not strokes."""
    if gray.max() < THRESHOLD or gray.min() >= THRESHOLD:
        return False
    if opaque >= OPAQUE_GROUND:
        return True
    spread = 0 if color.ndim == 1 else np.ptp(color.astype(int), axis=1).max()
    return spread < GREY_SPREAD and gray.min() < BLACK and gray.max() > WHITE
