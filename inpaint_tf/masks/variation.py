"""Holes from files, varied each time: flipped, turned, grown."""

from typing import NamedTuple

import cv2
import numpy as np

REFERENCE_SIZE = 512


class Variation(NamedTuple):
    """How much holes may be changed.

    dilation: least and most pixels by which a hole grows on every side in a picture of 512, scaled
        with the shorter side.
    rotation: most degrees by which it is turned, either way.
    flip: whether half of the holes are flipped upside down, and half left to right.
    """

    dilation: tuple = (0.0, 0.0)
    rotation: float = 0.0
    flip: bool = False


def varied(hole, draw, variation):
    """A variation of a hole.

    Args:
        hole: `[H, W]` bool.
        draw: `Draw`.
        variation: `Variation`.

    Returns:
        `[H, W]` bool. Turning mirrors the hole at the border; if no hole would be left, or no known
        pixel, the hole is returned unchanged.

    Source:
        The authors of partial convolutions on their training masks: they are dilated, rotated and
        cropped at random.
    """
    numbers = draw.units(4)
    mask = hole.astype(np.uint8)
    if variation.flip:
        mask = mask[:: -1 if numbers[0] < 0.5 else 1, :: -1 if numbers[1] < 0.5 else 1]
    if variation.rotation:
        height, width = mask.shape
        angle = variation.rotation * (2 * numbers[2] - 1)
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
        how = {"flags": cv2.INTER_NEAREST, "borderMode": cv2.BORDER_REFLECT}
        mask = cv2.warpAffine(np.ascontiguousarray(mask), turn, (width, height), **how)
    low, high = variation.dilation
    radius = round((low + (high - low) * numbers[3]) * min(mask.shape) / REFERENCE_SIZE)
    if radius:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        mask = cv2.dilate(np.ascontiguousarray(mask), disc)
    changed = mask > 0
    return changed if 0 < changed.mean() < 1 else hole
