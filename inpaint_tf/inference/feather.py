"""A soft seam: the hole's outer pixels are corrected to meet the known ones."""

import cv2
import numpy as np


def blend_seam(prediction, image, hole, width, sigma=None):
    """Removes the prediction's error at the border from the hole's outer pixels.

    At known pixels the prediction's error is known. Each pixel of the hole is corrected by the
    error at the nearest known pixel, in full at the border and fading to nothing at `width` pixels.
    The texture inside remains the prediction's, and what lay under the hole is never used.

    Args:
        prediction: `[H, W, 3]` float in [-1, 1].
        image: `[H, W, 3]` float in [-1, 1]; only known pixels are read.
        hole: `[H, W]` bool.
        width: pixels; 0 changes nothing.
        sigma: pixels; the error is a Gaussian mean over the neighbourhood, for predictions that get
            their detail afterwards. None: of the one pixel.

    Returns:
        `[H, W, 3]` float, the prediction with the correction inside the hole.
    """
    if width == 0 or hole.all() or not hole.any():
        return prediction
    distance, labels = cv2.distanceTransformWithLabels(
        hole.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    known_rows, known_columns = np.nonzero(~hole)
    place = np.zeros(labels.max() + 1, np.intp)
    place[labels[known_rows, known_columns]] = np.arange(len(known_rows))
    nearest = place[labels]  # the number of the nearest known pixel
    error = image - prediction
    if sigma is not None:
        error = _mean_of_known(error, hole, sigma)
    error = error[known_rows, known_columns]
    strength = np.clip(1 - distance / (width + 1), 0, 1)[..., None] * hole[..., None]
    return prediction + strength * error[nearest]


def _mean_of_known(error, hole, sigma):
    """The low-pass of `[H, W, 3]` over only the known pixels."""
    known = (~hole).astype(np.float32)
    summed = cv2.GaussianBlur(error.astype(np.float32) * known[..., None], (0, 0), sigma)
    return summed / np.maximum(cv2.GaussianBlur(known, (0, 0), sigma), 1e-6)[..., None]
