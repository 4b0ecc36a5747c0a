"""The holes of LaMa's evaluation: thin, medium and thick."""

import math
from typing import NamedTuple

import cv2
import numpy as np

MOST_AREA = 0.5  # of the picture; larger holes are drawn anew
MOST_SEGMENTS = 5  # of a stroke
MOST_ANGLE = 4  # radians, whole numbers below it
LEAST_LENGTH, LEAST_WIDTH = 10, 5


class LamaHoles(NamedTuple):
    """How holes of one set are drawn, in pixels of the size that they are made for.

    strokes: fewest and most.
    width, length: range above the least, of strokes and of their segments.
    boxes: fewest and most; box_odds: the odds of boxes against strokes, to 1.
    box_side: shortest and longest; box_margin: distance from the border.
    """

    strokes: tuple
    width: int
    length: int
    box_odds: float = 0.0
    box_side: tuple = (0, 0)
    boxes: tuple = (0, 0)
    box_margin: int = 0


SETS = {
    ("thick", 512): LamaHoles((1, 5), 250, 450, 0.3, (30, 300), (1, 4), 10),
    ("medium", 512): LamaHoles((4, 10), 100, 200, 0.3, (30, 150), (1, 5), 0),
    ("thin", 512): LamaHoles((4, 70), 20, 100),
    ("thick", 256): LamaHoles((1, 5), 100, 200, 0.3, (30, 150), (1, 3), 10),
    ("medium", 256): LamaHoles((4, 5), 50, 100, 0.3, (10, 50), (1, 5), 0),
    ("thin", 256): LamaHoles((4, 50), 10, 40),
}


def sample_lama(draw, size, kind):
    """Draws a hole of one of LaMa's sets.

    Args:
        draw: `Draw`.
        size: (H, W). Sides of up to 384 take the settings for 256, others those for 512, scaled
            to the picture.
        kind: "thin", "medium" or "thick".

    Returns:
        `[H, W]` bool, True in the hole.

    Source:
        Suvorov et al., WACV 2022 (LaMa), its settings for random_{thin,medium,thick}_{256,512}.
        LaMa's holes have no seed, so only the distribution is the same.
    """
    side = 256 if min(size) <= 384 else 512
    holes, scale = SETS[kind, side], min(size) / side
    while True:
        mask = np.zeros(size, np.uint8)
        if draw.unit() * (1 + holes.box_odds) < 1:
            _add_strokes(draw, mask, holes, scale)
        else:
            _add_boxes(draw, mask, holes, scale)
        if 0 < mask.mean() <= MOST_AREA:
            return mask > 0


def _add_strokes(draw, mask, holes, scale):
    for _ in range(draw.integer(*holes.strokes)):
        add_stroke(
            draw,
            mask,
            segments=draw.integer(1, MOST_SEGMENTS),
            length=(LEAST_LENGTH * scale, (LEAST_LENGTH + holes.length - 1) * scale),
            width=draw.between(LEAST_WIDTH, LEAST_WIDTH + holes.width - 1) * scale,
        )


def add_stroke(draw, mask, segments, length, width):
    """Adds a zigzag line of ones to a uint8 `[H, W]` mask.

    Args:
        draw: `Draw`.
        segments: how many.
        length: shortest and longest segment, pixels.
        width: of the line, pixels.
    """
    height, across = mask.shape
    x, y = draw.integer(0, across - 1), draw.integer(0, height - 1)
    for number in range(segments):
        angle = 0.01 + draw.integer(0, MOST_ANGLE - 1)
        angle = 2 * math.pi - angle if number % 2 == 0 else angle
        step = draw.between(*length)
        end_x = int(np.clip(x + step * math.sin(angle), 0, across))
        end_y = int(np.clip(y + step * math.cos(angle), 0, height))
        cv2.line(mask, (x, y), (end_x, end_y), 1, max(round(width), 1))
        x, y = end_x, end_y


def _add_boxes(draw, mask, holes, scale):
    margin = round(holes.box_margin * scale)
    for _ in range(draw.integer(*holes.boxes)):
        height, width = (
            min(round(draw.integer(*holes.box_side) * scale), side - 2 * margin)
            for side in mask.shape
        )
        top = draw.integer(margin, mask.shape[0] - margin - height)
        left = draw.integer(margin, mask.shape[1] - margin - width)
        mask[top : top + height, left : left + width] = 1
