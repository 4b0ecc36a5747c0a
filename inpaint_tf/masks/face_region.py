"""Holes over parts of a face, from its landmarks."""

from typing import NamedTuple

import numpy as np

# Points of MediaPipe's mesh; right and left are the person's.
RIGHT_EYE = (33, 133, 159, 145, 70, 63, 105, 66, 107, 55, 111, 117, 118, 119, 120, 121, 128)
LEFT_EYE = (263, 362, 386, 374, 300, 293, 334, 296, 336, 285, 340, 346, 347, 348, 349, 350, 357)
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
CHIN = (93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323)
BELOW_EYES = (117, 118, 119, 197, 348, 347, 346)
TEMPLES = (127, 356)
EYES = (33, 263)  # outer corners, whose distance is the unit of length
# Top, left, height, width as fractions of an aligned picture: below the eyes of CelebA-HQ's faces,
# from cheek to cheek, with the chin.
LOWER_FACE = (0.53, 0.23, 0.4, 0.54)
ROUND = 16  # corners of the disc by which a region grows


class Region(NamedTuple):
    """A part of a face.

    hulls: tuples of points; the part is the convex hull of each.
    grow: how far it extends beyond them, in distances between the outer eye corners.
    """

    hulls: tuple
    grow: float


REGIONS = {
    "lower_face": Region(((*CHIN, *BELOW_EYES),), 0.0),
    "eyes": Region((RIGHT_EYE, LEFT_EYE), 0.0),
    "mouth": Region((LIPS,), 0.12),
    "glasses": Region(((*RIGHT_EYE, *LEFT_EYE, *TEMPLES),), 0.0),
}


def face_region_hole(points, region, size, jitter=(0.0, 0.0, 0.0)):
    """The hole over a part of a face.

    Args:
        points: `[468, 2]` x, y in pixels of the picture.
        region: one of `REGIONS`.
        size: (H, W) of the picture.
        jitter: how far the hole is moved to the right and down, and by how much it is enlarged, in
            distances between the outer eye corners.

    Returns:
        `[H, W]` bool, True in the hole, which is cut off at the picture's border.
    """
    part = REGIONS[region]
    points = np.asarray(points, np.float64)
    unit = np.linalg.norm(points[EYES[0]] - points[EYES[1]])
    right, down, more = jitter
    hole = np.zeros(size, bool)
    for hull in part.hulls:
        corners = points[list(hull)] + np.array([right, down]) * unit
        hole |= hull_hole(_grown(corners, (part.grow + more) * unit), size)
    return hole


def hull_hole(points, size):
    """`[H, W]` bool, True within the convex hull of `[P, 2]` points x, y."""
    import cv2  # a tenth of a second, only for those who ask

    # Sixteenths of a pixel; pixel centres lie at 0.5 in our count, at 0 in OpenCV's.
    positions = np.rint((np.asarray(points, np.float64) - 0.5) * 16)
    outline = cv2.convexHull(np.clip(positions, -(2**20), 2**20).astype(np.int32))
    hole = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(hole, outline, 1, shift=4)
    return hole.astype(bool)


def _grown(corners, radius):
    """Corners whose hull is larger by `radius`, or smaller if that is negative."""
    middle = corners.mean(axis=0)
    if radius <= 0:
        distance = np.linalg.norm(corners - middle, axis=1, keepdims=True)
        return middle + (corners - middle) * np.maximum(1 + radius / np.maximum(distance, 1e-6), 0)
    angles = np.arange(ROUND) * 2 * np.pi / ROUND
    disc = radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return (corners[:, None] + disc).reshape(-1, 2)
