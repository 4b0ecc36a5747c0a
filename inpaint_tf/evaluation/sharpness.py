"""How much fine structure a completed picture has in the hole, compared with the original."""

import numpy as np

FLAT = 0.25  # levels: what is flatter counts as this, so that a flat original divides


def sharpness(image, completed, hole):
    """The mean step between neighbours in the hole, over that of the original.

    Args:
        image, completed: `[H, W, 3]` uint8.
        hole: `[H, W]` bool.

    Returns:
        float: 1 is as sharp as the original, a blur is near 0.2, noise above 1; 1 without a hole.
    """
    return max(mean_step(completed, hole), FLAT) / max(mean_step(image, hole), FLAT)


def mean_step(picture, hole):
    """Mean absolute difference of the hole's pixels to their left and upper neighbours."""
    x = picture.astype(np.float32)
    across = np.abs(np.diff(x, axis=1)).mean(-1)[hole[:, 1:]]
    down = np.abs(np.diff(x, axis=0)).mean(-1)[hole[1:]]
    steps = np.concatenate([across, down])
    return float(steps.mean()) if steps.size else 0.0
