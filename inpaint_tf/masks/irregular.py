"""Irregular holes of our own: strokes and blobs, dilated, rotated and cropped."""

import math

import cv2
import numpy as np

MARGIN = 50 / 512  # of the side: holes at least that far away do not touch the border
PAPER_SHARES = ((0.01, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 0.5), (0.5, 0.6))
SHARES = (0.01, 0.6)
BORDERS = ("any", "touching", "apart")
LARGER = 1.5  # the canvas from which a picture's part is cropped
MOST_LAYERS = 200  # after that many a hole is started anew
CUT_FROM = 0.25  # of the picture: larger holes apart from the border are cut off at the margin


def sample_irregular(draw, size, shares=SHARES, border="any"):
    """Draws an irregular hole.

    Args:
        draw: `Draw`.
        size: (H, W).
        shares: bounds of the fraction of the picture that the hole takes, the lower one excluded.
        border: "apart" keeps the hole `MARGIN` of the side away from the border, "touching" makes
            it come nearer somewhere, "any" allows both.

    Returns:
        `[H, W]` bool, True in the hole.

    Source:
        Liu et al. 2018, section 4.1, for the buckets of areas and the margin. Their masks came from
        occlusions in videos and are no longer available; these are drawn.
    """
    inside = np.ones(size, bool)
    if border == "apart":
        inside = ~border_zone(size)
    while True:
        mask = _grown(draw, inside, *shares)
        if mask is not None and (border != "touching" or touches_border(mask)):
            return mask


def border_zone(size):
    """`[H, W]` bool, True nearer to the border than `MARGIN`."""
    zone = np.ones(size, bool)
    rows, columns = (math.ceil(side * MARGIN) for side in size)
    zone[rows : size[0] - rows, columns : size[1] - columns] = False
    return zone


def touches_border(hole):
    """Whether a hole comes nearer to the border than `MARGIN`."""
    return bool((hole & border_zone(hole.shape)).any())


def _grown(draw, inside, least, most):
    """Adds layers up to a share drawn beforehand; None if they exceed the largest allowed."""
    mask, target = np.zeros(inside.shape, bool), draw.between(least, most)
    for _ in range(MOST_LAYERS):
        missing = (target - mask.mean()) * mask.size
        layer = _layer(draw, inside.shape, missing)
        if target < CUT_FROM and (layer & ~inside).any():
            continue  # there is room enough without straight edges
        larger = mask | (layer & inside)
        if larger.mean() > most:
            continue
        mask = larger
        if least < mask.mean() and mask.mean() >= target - 0.02:
            return mask
    return mask if least < mask.mean() <= most else None


def _layer(draw, size, area):
    """A few strokes or a blob, about `area` pixels large or smaller, turned and cropped."""
    side = math.ceil(LARGER * max(size))
    canvas = np.zeros([side, side], np.uint8)
    thickness = max(1.0, min(0.12 * min(size), math.sqrt(max(area, 4.0)) / 3))
    if draw.unit() < 0.6:
        for _ in range(draw.integer(1, 3)):
            _add_curve(draw, canvas, draw.between(0.3, 1.0) * thickness)
    else:
        _add_blob(draw, canvas, draw.between(0.5, 1.0) * math.sqrt(max(area, 4.0) / math.pi))
    grow = draw.integer(0, max(1, round(min(size) / 64)))
    if grow:
        canvas = cv2.dilate(
            canvas, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1,) * 2)
        )
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), draw.between(0, 360), 1.0)
    canvas = cv2.warpAffine(canvas, turn, (side, side), flags=cv2.INTER_NEAREST)
    top, left = draw.integer(0, side - size[0]), draw.integer(0, side - size[1])
    return canvas[top : top + size[0], left : left + size[1]] > 0


def _add_curve(draw, canvas, thickness):
    """A line that bends a little at each step, and becomes thicker and thinner."""
    side = canvas.shape[0]
    x, y = draw.between(0, side), draw.between(0, side)
    angle, bend = draw.between(0, 2 * math.pi), 0.0
    for _ in range(draw.integer(4, 24)):
        bend = 0.6 * bend + draw.between(-0.5, 0.5)
        angle += bend
        thickness = max(1.0, thickness * draw.between(0.85, 1.18))
        step = draw.between(0.02, 0.06) * side
        next_x, next_y = x + step * math.cos(angle), y + step * math.sin(angle)
        ends = [(round(x), round(y)), (round(next_x), round(next_y))]
        cv2.line(canvas, *ends, 1, max(round(thickness), 1))
        x, y = next_x, next_y


def _add_blob(draw, canvas, radius):
    """A disc whose radius varies along its edge."""
    side = canvas.shape[0]
    center = np.array([draw.between(0, side), draw.between(0, side)])
    angles = np.linspace(0, 2 * math.pi, 64, endpoint=False)
    wave = np.ones(64)
    for number in range(2, 7):
        wave += draw.between(0, 0.5) / number * np.cos(number * angles + draw.between(0, 7))
    stretch = np.array([1.0, draw.between(0.4, 1.0)])
    around = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * stretch
    points = center + radius * wave[:, None] * around
    cv2.fillPoly(canvas, [np.rint(points).astype(np.int32)], 1)
