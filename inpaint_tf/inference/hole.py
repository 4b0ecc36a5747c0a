"""The hole of a picture: from a mask file, boxes, a colour, or faces."""

from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.face_hole import mark_faces
from inpaint_tf.inference.mask_file import SUSPICIOUS_SHARE, mask_hole
from inpaint_tf.inference.photo import MAX_PIXELS, read_photo

# How far JPEG may change the colour that marks the hole.
_BLURRED, _MANY = 40, 1.1


class HoleSource(NamedTuple):
    """The sources of holes, the same for every picture of a run; their holes add up.

    invert: whether masks mark the known part white instead of the hole.
    boxes: tuples of top, left, height, width in pixels of the upright picture.
    color: r, g, b in 0..255; pixels of the picture of this colour are the hole. Or None.
    tolerance: how far a channel may be from `color`, in steps of 255.
    grow: pixels by which the hole is enlarged at the end.
    face_region: part of every face of the picture, one of `masks.face_region.REGIONS`. Or None.
    transparent: whether pixels that are not opaque are the hole, and become opaque.
    """

    invert: bool = False
    boxes: tuple = ()
    color: Optional[tuple] = None
    tolerance: int = 0
    grow: int = 0
    face_region: Optional[str] = None
    transparent: bool = False


def find_hole(photo, mask_path, source, max_pixels=MAX_PIXELS, name="the picture"):
    """Marks the pixels of a picture to fill.

    Args:
        photo: the `Photo`.
        mask_path: mask file or None.
        source: a `HoleSource`.
        max_pixels: the most pixels that the mask file may have.
        name: what errors call the picture.

    Returns:
        `[H, W]` bool, True in the hole, and a list of sentences about what may be unintended.

    Raises:
        InputError: the mask file cannot be used, a box does not lie within the picture, no face
            is found, or the hole covers the whole picture.
    """
    mask = None if mask_path is None else read_photo(mask_path, max_pixels)
    return marked_hole(photo, mask, mask_path, source, name)


def marked_hole(photo, mask, mask_name, source, name="the picture"):
    """As `find_hole`, for a mask that has been read already.

    Args:
        photo: the `Photo`.
        mask: the mask's `Photo`, or None.
        mask_name: the mask's name in messages, or None.
        source: a `HoleSource`.
        name: what errors call the picture.
    """
    size = photo.color.shape[:2]
    hole, notices = np.zeros(size, bool), []
    if mask is not None:
        hole, notices = mask_hole(mask, mask_name, size, source.invert)
    for box in source.boxes:
        hole |= box_hole(box, size)
    if source.color is not None:
        hole |= color_hole(photo.color, source.color, source.tolerance)
        notices += _color_notices(photo.color, source)
    if source.face_region is not None:
        marked, count = mark_faces(photo.color, source.face_region, name)
        hole |= marked
        notices.append(f"{count} face{'s are' if count > 1 else ' is'} found in {name}.")
    if source.transparent:
        hole |= transparent_hole(photo)
        if photo.alpha is None:
            notices.append("the picture has no transparency for --transparent_hole.")
    if source.grow and hole.any():
        hole = grown(hole, source.grow)
    if hole.all():
        enlarged = f", enlarged by --grow {source.grow}," if source.grow else ""
        raise InputError(
            f"{mask_name or 'the hole'}{enlarged} covers the whole picture, so there is "
            "nothing to go by; white (128 and above) is the hole."
        )
    if mask is not None and hole.mean() > SUSPICIOUS_SHARE:
        notices.append(
            f"the hole covers {hole.mean():.0%} of the picture; if your masks mark the hole "
            "black, give --invert_mask."
        )
    if not source.transparent and photo.alpha is not None and (photo.alpha[hole] == 0).any():
        notices.append(
            "part of the hole is fully transparent and stays so; --transparent_hole makes what is "
            "filled there visible."
        )
    return hole, notices


def transparent_hole(photo):
    """`[H, W]` bool, True where a `Photo` is not opaque."""
    if photo.alpha is None:
        return np.zeros(photo.color.shape[:2], bool)
    return photo.alpha < np.iinfo(photo.alpha.dtype).max


def _color_notices(pixels, source):
    """A sentence if more pixels have nearly the hole's colour than exactly that."""
    taken, near = (
        int(color_hole(pixels, source.color, tolerance).sum())
        for tolerance in (source.tolerance, _BLURRED)
    )
    if near <= _MANY * taken:
        return []
    return [
        f"--hole_color takes {taken} pixels, and {near} are within {_BLURRED} steps of the colour, "
        f"as JPEG makes them of one colour; --hole_tolerance {_BLURRED} takes them all."
    ]


def box_hole(box, size):
    """`[H, W]` bool, True within `box` (top, left, height, width)."""
    top, left, height, width = box
    if top < 0 or left < 0 or top + height > size[0] or left + width > size[1]:
        raise InputError(
            f"--box {top},{left},{height},{width} reaches outside the picture, which is "
            f"{size[0]} high and {size[1]} wide; expected top,left,height,width within it."
        )
    hole = np.zeros(size, bool)
    hole[top : top + height, left : left + width] = True
    return hole


def color_hole(pixels, color, tolerance=0):
    """`[H, W]` bool, True where every channel is within `tolerance` steps of 255 of `color`.

    Args:
        pixels: `[H, W]` grey or `[H, W, 3]` RGB, uint8 or uint16.
        color: r, g, b in 0..255.
        tolerance: 0..255.
    """
    step = 257 if pixels.dtype == np.uint16 else 1
    channels = pixels[..., None] if pixels.ndim == 2 else pixels
    distance = np.abs(channels.astype(np.int32) - np.asarray(color, np.int32) * step)
    return (distance <= tolerance * step).all(axis=-1)


def grown(hole, pixels):
    """The hole enlarged by a disc of this radius, in pixels."""
    import cv2  # a tenth of a second, only for those who ask

    distance = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance <= pixels
