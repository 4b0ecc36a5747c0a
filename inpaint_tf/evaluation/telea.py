"""OpenCV's inpainting without learning: the least that a network must beat."""

import cv2
import numpy as np

RADIUS = 3  # pixels around each unknown one


def telea(image, mask):
    """Completes a picture by Telea's fast marching.

    Args:
        image: `[H, W, 3]` uint8; what it shows in the hole does not matter.
        mask: `[H, W, 1]` or `[H, W]`, non-zero = hole.

    Returns:
        `[H, W, 3]` uint8.

    Source:
        Telea 2004, `cv2.inpaint`.
    """
    hole = (np.asarray(mask).reshape(image.shape[:2]) > 0).astype(np.uint8)
    return cv2.inpaint(np.ascontiguousarray(image), hole, RADIUS, cv2.INPAINT_TELEA)
