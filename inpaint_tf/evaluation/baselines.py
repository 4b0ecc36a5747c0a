"""Completion without a network: the table's other methods, for batches."""

import cv2
import numpy as np

from inpaint_tf.evaluation.telea import RADIUS, telea


def navier_stokes(image, mask):
    """Completes a picture by following the lines of equal brightness into the hole.

    Args:
        image: `[H, W, 3]` uint8; what it shows in the hole does not matter.
        mask: `[H, W]`, non-zero = hole.

    Returns:
        `[H, W, 3]` uint8.

    Source:
        Bertalmio et al. 2001, `cv2.inpaint`.
    """
    hole = (np.asarray(mask) > 0).astype(np.uint8)
    return cv2.inpaint(np.ascontiguousarray(image), hole, RADIUS, cv2.INPAINT_NS)


def mean_color(image, mask):
    """Fills the hole with the mean of the known pixels, rounded; arguments as above."""
    hole = np.asarray(mask) > 0
    completed = image.copy()
    completed[hole] = np.rint(image[~hole].mean(axis=0))
    return completed


def of_batches(method):
    """`method` of one picture as a function of `[N, H, W, 3]` uint8 and `[N, H, W]` bool."""

    def complete(images, holes):
        return np.stack([method(image, hole) for image, hole in zip(images, holes)])

    return complete


def patch_match(images, holes):
    """Completes a batch by patches of its pictures; needs TensorFlow."""
    from inpaint_tf.evaluation.patch_match import patch_match

    return of_batches(patch_match)(images, holes)


# In every table.
BASELINES = {
    "telea": of_batches(telea),
    "navier_stokes": of_batches(navier_stokes),
    "mean_color": of_batches(mean_color),
}

# All that a table can have.
METHODS = {**BASELINES, "patch_match": patch_match}
