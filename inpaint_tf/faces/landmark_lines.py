"""Landmarks joined by lines: the sketch of a face that guides a network."""

import numpy as np

# Points of MediaPipe's mesh, one after the other; a ring ends where it began.
OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377)
OVAL += (152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109, 10)
RIGHT_BROW, LEFT_BROW = (70, 63, 105, 66, 107), (300, 293, 334, 296, 336)
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 33)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466, 263)
BRIDGE, NOSTRILS = (168, 6, 197, 195, 5, 4), (98, 97, 2, 326, 327)
OUTER_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
OUTER_LIPS += (409, 270, 269, 267, 0, 37, 39, 40, 185, 61)
INNER_LIPS = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
INNER_LIPS += (415, 310, 311, 312, 13, 82, 81, 80, 191, 78)
LINES = (OVAL, RIGHT_BROW, LEFT_BROW, RIGHT_EYE, LEFT_EYE)
LINES += (BRIDGE, NOSTRILS, OUTER_LIPS, INNER_LIPS)
EYES = (33, 263)  # outer corners, whose distance is the unit of length
THICKNESS = 0.01  # of a line, in that unit; at least a pixel: one of an aligned face at 256x256


def landmark_lines(points, size):
    """Draws a face's outline, brows, eyes, nose and lips.

    Args:
        points: `[468, 2]` x, y in pixels of the picture.
        size: (H, W) of the picture.

    Returns:
        `[H, W]` float32, 1 on a line, as the `sketch` of a guided network has it.

    Source:
        Yu et al., "Free-Form Image Inpainting with Gated Convolution", ICCV 2019: nearby
        landmarks of faces are joined. Their points and lines are not published.
    """
    import cv2  # a tenth of a second, only for those who ask

    sketch = np.zeros(size, np.uint8)
    points = np.asarray(points, np.float64)
    unit = np.linalg.norm(points[EYES[0]] - points[EYES[1]])
    # OpenCV draws 1, 3, 5, 7 pixels for 1, 2, 4, 6.
    thickness = max(1, 2 * round((unit * THICKNESS - 1) / 2))
    # Sixteenths of a pixel; pixel centres lie at 0.5 in our count, at 0 in OpenCV's.
    positions = np.clip(np.rint((points - 0.5) * 16), -(2**20), 2**20)
    for line in LINES:
        drawn = positions[list(line)].astype(np.int32)
        cv2.polylines(sketch, [drawn], False, 1, thickness, cv2.LINE_8, shift=4)
    return sketch.astype(np.float32)
