"""Pictures whose completion is known, and soft versions of them as a network would paint."""

import numpy as np

from inpaint_tf.detail import settings
from inpaint_tf.detail.levels import fine_levels, from_fine_levels
from inpaint_tf.detail.low_pass import low_pass


def waves(height, width, period, seed=0):
    """A texture in [-1, 1] of 8 bits that repeats after `period` pixels in both directions."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:period, :period] * (2 * np.pi / period)
    tile = np.stack(
        [np.sin(rows + a) + np.sin(columns + b) for a, b in random.uniform(0, 6, [3, 2])], axis=-1
    )
    tile = 45 * tile + random.uniform(-30, 30, [period, period, 3])
    tile = np.tile(tile, [height // period + 1, width // period + 1, 1])[:height, :width]
    return as_float(np.rint(127.5 + tile))


def slope(height, width):
    """One level a pixel downwards, half a level to the right, other ways in other channels."""
    rows, columns = np.mgrid[:height, :width]
    ramp = np.stack([20 + rows + columns / 2, 220 - rows, 30 + columns], axis=-1)
    return as_float(ramp)


def as_float(levels):
    return (np.asarray(levels, np.float32) / np.float32(127.5) - 1).astype(np.float32)


def as_levels(image):
    return (np.asarray(image, np.float64) + 1) * 127.5


def soft(image, sigma=settings.SIGMA):
    """What a network would paint that lacks all detail."""
    return np.asarray(from_fine_levels(low_pass(fine_levels(image)[None], sigma)[0]))


def painted(texture, hole):
    """What a network would paint in the hole that lacks the detail alone which is borrowed.

    The part of its own beyond the low-pass that gives way to the detail is made up for.
    """
    image, inside = soft(texture), hole[..., None] > 0
    for _ in range(60):
        kept = settings.KEPT * image + (1 - settings.KEPT) * soft(np.where(inside, image, texture))
        image = image + soft(texture) - kept
    return image


def box(height, width, top, left, rows, columns):
    """`[height, width]` float32, 1 in the hole."""
    hole = np.zeros([height, width], np.float32)
    hole[top : top + rows, left : left + columns] = 1
    return hole


def patchwork(height, width, seed=0):
    """A picture of blocks, flat on the right and with grain on the left, and one without grain.

    Both are `[height, width, 3]`, of sixty-fourths in [-1, 1], which shrink and grow by two without
    rounding: every machine computes the same from them.
    """
    random = np.random.RandomState(seed)

    def blocks(side):
        rows, columns = -(-height // side), -(-width // side)
        coarse = random.randint(-48, 49, [rows, columns, 3])
        return np.repeat(np.repeat(coarse, side, axis=0), side, axis=1)[:height, :width]

    grain = random.randint(-16, 17, [height, width, 3]) * (np.arange(width)[:, None] < width // 2)
    picture, base = blocks(4) + grain, blocks(8)
    return (picture / 64).astype(np.float32), (base / 64).astype(np.float32)
