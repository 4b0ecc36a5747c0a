"""Scores of a completed picture against the original, from their pixels; all NumPy, uint8 in."""

import math

import cv2
import numpy as np

SSIM_SIGMA, SSIM_RADIUS = 1.5, 5  # an 11x11 window, as scikit-image's with gaussian weights
K1, K2 = 0.01, 0.03
RANGE = 255.0
PERFECT_PSNR = 100.0  # stands for infinity, so that a mean exists


def l1_percent(image, completed, mask):
    """Mean absolute difference in the hole, in percent of the full scale.

    Args:
        image, completed: `[H, W, 3]` uint8.
        mask: `[H, W]` or `[H, W, 1]`, non-zero = hole.

    Returns:
        float; 0 without a hole.
    """
    return 100 * _mean_in_hole(np.abs(_difference(image, completed)), mask)


def l2_percent(image, completed, mask):
    """Mean squared difference in the hole, in percent of the full scale squared."""
    return 100 * _mean_in_hole(_difference(image, completed) ** 2, mask)


def psnr(image, completed):
    """Peak signal-to-noise ratio of the whole picture in dB; infinite for equal ones."""
    error = np.mean(_difference(image, completed) ** 2)
    return math.inf if error == 0 else -10 * math.log10(error)


def bounded_psnr(image, completed):
    """`psnr`, but at most `PERFECT_PSNR`, so that means can be taken."""
    return min(psnr(image, completed), PERFECT_PSNR)


def ssim(image, completed):
    """Structural similarity of the whole picture, mean over colours.

    Equal to `skimage.metrics.structural_similarity(..., channel_axis=-1, gaussian_weights=True,
    sigma=1.5, use_sample_covariance=False, data_range=255)`.

    Args:
        image, completed: `[H, W, C]` uint8, at least 11x11.

    Source:
        Wang et al. 2004.
    """
    x, y = image.astype(np.float64), completed.astype(np.float64)
    mean_x, mean_y = _blur(x), _blur(y)
    variance_x = _blur(x * x) - mean_x**2
    variance_y = _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    c1, c2 = (K1 * RANGE) ** 2, (K2 * RANGE) ** 2
    similarity = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    )
    # The border, where the window reaches outside, does not count.
    inner = similarity[SSIM_RADIUS:-SSIM_RADIUS, SSIM_RADIUS:-SSIM_RADIUS]
    return float(inner.mean())


def tv_percent(completed, mask):
    """Mean absolute difference of neighbours, down plus right, in percent of the full scale.

    Only pairs with at least one pixel in the hole count.
    """
    x = completed.astype(np.float64) / RANGE
    hole = _as_plane(mask)
    total = 0.0
    for axis in (0, 1):
        touches = np.maximum(*_neighbours(hole, axis))
        steps = np.abs(np.diff(x, axis=axis))
        total += _mean_in_hole(steps, touches)
    return 100 * total


def _difference(image, completed):
    return (image.astype(np.float64) - completed) / RANGE


def _mean_in_hole(values, mask):
    hole = _as_plane(mask)
    return float(values[hole > 0].mean()) if hole.any() else 0.0


def _as_plane(mask):
    mask = np.asarray(mask)
    return mask[..., 0] if mask.ndim == 3 else mask


def _neighbours(x, axis):
    return (x[:-1], x[1:]) if axis == 0 else (x[:, :-1], x[:, 1:])


def _blur(x):
    size = 2 * SSIM_RADIUS + 1
    kernel = cv2.getGaussianKernel(size, SSIM_SIGMA, cv2.CV_64F)
    return cv2.sepFilter2D(x, cv2.CV_64F, kernel, kernel, borderType=cv2.BORDER_REFLECT)
