"""The user's arrays, brought into the one form that the Inpainter works on."""

from typing import NamedTuple

import numpy as np

from inpaint_tf.amount import amount
from inpaint_tf.errors import InputError

SMALLEST_SIDE = 8
DEPTHS = (np.uint8, np.uint16)
LUMA = (0.299, 0.587, 0.114)  # weights of red, green, blue in a grey, ITU-R BT.601


class Pictures(NamedTuple):
    """A batch of pictures, split into its parts.

    color: `[B, H, W, 3]` uint8 or uint16 RGB.
    alpha: `[B, H, W, 1]`, or None.
    grey: whether the picture came with one colour channel.
    shape: of the given array.
    """

    color: np.ndarray
    alpha: np.ndarray
    grey: bool
    shape: tuple

    @property
    def leading(self):
        """The batch size as a tuple, empty for a single picture without a batch axis."""
        return self.color.shape[:1] if is_batch(self.shape) else ()

    def restore(self, color):
        """Brings RGB pictures into the layout of the given array, its alpha included."""
        if self.grey:
            red, green, blue = (weight * color[..., i] for i, weight in enumerate(LUMA))
            color = np.rint(red + green + blue).astype(color.dtype)[..., None]
        if self.alpha is not None:
            color = np.concatenate([color, self.alpha], axis=-1)
        return color.reshape(self.shape)


def as_pictures(image):
    """Splits a picture or a batch of pictures into its parts.

    Args:
        image: uint8 or uint16, `[H, W]`, `[H, W, C]`, `[B, H, W]` or `[B, H, W, C]` with C = 1
            (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha). Of rank 3, a last size of 1 to 4
            makes it one picture. H and W are at least 8.

    Returns:
        `Pictures`.

    Raises:
        InputError: another type or shape.
    """
    image = np.asarray(image)
    if image.dtype not in DEPTHS:
        raise InputError(f"image has type {image.dtype}, expected uint8 or uint16.")
    batch = image if is_batch(image.shape) else image[None]
    if batch.ndim == 3:
        batch = batch[..., None]
    if batch.ndim != 4 or not 1 <= batch.shape[3] <= 4 or batch.shape[0] == 0:
        raise InputError(
            f"image has shape {image.shape}, expected [H, W], [H, W, 1 to 4] or a batch of these."
        )
    if min(batch.shape[1:3]) < SMALLEST_SIDE:
        raise InputError(
            f"image has {amount(batch.shape[1], 'row', 'rows')} and "
            f"{amount(batch.shape[2], 'column', 'columns')}, expected at least {SMALLEST_SIDE} of "
            "each."
        )
    grey = batch.shape[3] <= 2
    color = np.repeat(batch[..., :1], 3, axis=-1) if grey else batch[..., :3]
    alpha = batch[..., -1:] if batch.shape[3] in (2, 4) else None
    return Pictures(color, alpha, grey, image.shape)


def is_batch(shape):
    """Whether an image of this shape is a batch of pictures, see `as_pictures`."""
    return len(shape) > 3 or (len(shape) == 3 and shape[-1] > 4)


def as_holes(mask, batch, height, width):
    """Brings a mask or a batch of masks into one form.

    Args:
        mask: `[H, W]`, `[H, W, 1]`, `[B, H, W]` or `[B, H, W, 1]`; one mask may be for a batch.
            bool (True = hole), uint8 (>= 128), uint16 (>= 32768) or float (>= 0.5).
        batch, height, width: of the pictures.

    Returns:
        `[B, H, W, 1]` bool, True = hole.

    Raises:
        InputError: another type or shape, or values that look like another convention.
    """
    mask = np.asarray(mask)
    holes = mask.reshape(mask.shape[:-1]) if mask.ndim in (3, 4) and mask.shape[-1] == 1 else mask
    holes = holes[None] if holes.ndim == 2 else holes
    if holes.shape not in ((batch, height, width), (1, height, width)):
        raise InputError(
            f"mask has shape {mask.shape}, expected {(height, width)}, one for each of {batch} "
            "pictures or one for all."
        )
    return np.broadcast_to(_thresholded(holes), (batch, height, width))[..., None]


def visible(pictures, alpha=None):
    """The pixels that are not wholly transparent.

    Args:
        pictures: `Pictures`.
        alpha: `[H, W]` or `[B, H, W]`, 0 where pictures without alpha are transparent, or None.

    Returns:
        `[B, H, W, 1]` bool.

    Raises:
        InputError: `alpha` has another shape.
    """
    batch, height, width = pictures.color.shape[:3]
    if pictures.alpha is not None:
        return pictures.alpha > 0
    if alpha is None:
        return np.ones([batch, height, width, 1], bool)
    alpha = np.asarray(alpha)
    alpha = alpha[None] if alpha.ndim == 2 else alpha
    if alpha.shape not in ((batch, height, width), (1, height, width)):
        raise InputError(
            f"alpha has shape {alpha.shape}, expected {(height, width)}, one for each of {batch} "
            "pictures or one for all."
        )
    return np.broadcast_to(alpha > 0, [batch, height, width])[..., None]


def _thresholded(mask):
    if mask.dtype == bool:
        return mask
    if mask.dtype in DEPTHS:
        half = (np.iinfo(mask.dtype).max + 1) // 2
        if mask.max() == 1:
            raise InputError(
                f"mask has the values 0 and 1, expected bool or 0 to {2 * half - 1} with {half} "
                "and above for the hole."
            )
        return mask >= half
    if np.issubdtype(mask.dtype, np.floating):
        if not np.all((mask >= 0) & (mask <= 1)):
            raise InputError("mask holds floats outside 0 to 1, expected 1 for the hole.")
        return mask >= 0.5
    raise InputError(f"mask has type {mask.dtype}, expected bool, uint8, uint16 or float.")
