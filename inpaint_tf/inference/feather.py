"""A soft seam: the prediction is led to the known pixels over the hole's first few pixels."""

import cv2
import numpy as np


def blend_seam(prediction, image, hole, width, sigma=None):
    """Takes the prediction's error at the border out of the hole's outermost pixels.

    At a known pixel the prediction's error can be seen. Each pixel of the hole is corrected by
    the error at the known pixel nearest to it, in full at the border and fading to nothing at
    `width` pixels: the texture inside stays the prediction's, and what lay under the hole is
    never used.

    Args:
        prediction: `[H, W, 3]` float in [-1, 1].
        image: `[H, W, 3]` float in [-1, 1]; only known pixels are read.
        hole: `[H, W]` bool.
        width: pixels; 0 changes nothing.
        sigma: pixels; the error is the mean of those around, under a Gaussian, where detail is
            added afterwards and must not be corrected now. None: of the one pixel.

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
    """The low-pass of `[H, W, 3]` over known pixels alone."""
    known = (~hole).astype(np.float32)
    summed = cv2.GaussianBlur(error.astype(np.float32) * known[..., None], (0, 0), sigma)
    return summed / np.maximum(cv2.GaussianBlur(known, (0, 0), sigma), 1e-6)[..., None]
