"""Completion by patches of the picture itself, without learning: PatchMatch, coarse to fine."""

import functools

import cv2
import numpy as np
import tensorflow as tf

from inpaint_tf.detail.cells import cells_of, corners_of
from inpaint_tf.detail.corners import allowed_corners, draws, draws_of, is_allowed, random_corners
from inpaint_tf.detail.cost import compared
from inpaint_tf.detail.levels import coarse_levels, fine_levels, from_fine_levels
from inpaint_tf.detail.paste import paste
from inpaint_tf.detail.search import search
from inpaint_tf.evaluation.telea import telea
from inpaint_tf.ops.image import to_float, to_uint8

CELL, PATCH = 4, 8  # pixels; every pixel is a mean of four patches
JUMPS = (4, 2, 1)  # cells
RADII = (32, 8, 2, 1)  # pixels
ROUNDS = (6, 4, 2)  # of search and vote: at the coarsest scale, the next, all others
SMALLEST_SIDE = 24  # pixels, of the coarsest scale
SEED = 0  # of the patches that are tried at random
NOWHERE = -(2**20)  # stands for no source


def patch_match(image, mask):
    """Completes a picture by patches of itself.

    1. The picture is halved until it is small; there the hole is first filled by Telea.
    2. Every patch that touches the hole looks for a similar one that is wholly known.
    3. Every pixel of the hole becomes the mean of what these patches have at its position.
    4. After a few rounds of 2 and 3 the sources go on to the next finer scale.

    Args:
        image: `[H, W, 3]` uint8; what it shows in the hole does not matter.
        mask: `[H, W]` or `[H, W, 1]`, non-zero = hole.

    Returns:
        `[H, W, 3]` uint8; Telea's completion if no patch of 8x8 pixels is known.

    Source:
        Wexler, Shechtman and Irani 2007, with the search of Barnes et al., PatchMatch, SIGGRAPH
        2009. Ours searches by the package's own jump flooding, without the weights of the former
        and the constraints of the latter. It is not the program that the papers compare with.
    """
    hole = np.asarray(mask).reshape(image.shape[:2]) > 0
    scales = _scales(image, hole)
    if not hole.any() or not scales:
        return telea(image, hole)
    offsets = None
    for number, (pixels, missing) in enumerate(reversed(scales)):
        hole_of_scale = tf.constant(missing, tf.float32)
        if offsets is None:
            levels = fine_levels(to_float(telea(pixels, missing)))
            offsets = np.full([*_grid(missing), 2], NOWHERE, np.int32)
        else:
            levels = fine_levels(to_float(pixels))
            offsets = _finer(offsets, _grid(missing))
            levels, _ = _compiled(False)(levels, hole_of_scale, offsets)
        for _ in range(ROUNDS[min(number, len(ROUNDS) - 1)]):
            levels, offsets = _compiled(True)(levels, hole_of_scale, offsets)
        offsets = offsets.numpy()
    completed = to_uint8(from_fine_levels(levels)).numpy()
    return np.where(hole[..., None], completed, image)


def _scales(image, hole):
    """Pairs of picture and hole, finest first; none if nothing can be copied."""
    scales = []
    while _has_sources(hole) and (not scales or min(hole.shape) >= SMALLEST_SIDE):
        scales.append((image, hole))
        image, hole = _halved(image, hole)
    return scales


def _has_sources(hole):
    """Whether some patch lies inside the picture and is wholly known."""
    known, patch = (~hole).astype(np.uint8), np.ones([PATCH, PATCH], np.uint8)
    outside = {"borderType": cv2.BORDER_CONSTANT, "borderValue": 0}
    return bool(cv2.erode(known, patch, anchor=(0, 0), **outside).any())


def _halved(image, hole):
    """Means of the known ones of 2x2 pixels, and a hole where any is missing."""
    odd = [(0, side % 2) for side in hole.shape]
    known = np.pad(~hole, odd, "edge").astype(np.float32)[..., None]
    pixels = np.pad(image, [*odd, (0, 0)], "edge") * known
    height, width = (side // 2 for side in known.shape[:2])
    total, count = (x.reshape(height, 2, width, 2, -1).sum(axis=(1, 3)) for x in (pixels, known))
    return np.rint(total / np.maximum(count, 1)).astype(np.uint8), count[..., 0] < 4


def _grid(hole):
    return [-(-side // CELL) for side in hole.shape]


def _finer(offsets, grid):
    """Offsets in pixels, by cell, for twice the size."""
    rows, columns = (np.minimum(np.arange(n) // 2, m - 1) for n, m in zip(grid, offsets.shape))
    return 2 * offsets[rows[:, None], columns]


@functools.lru_cache(maxsize=2)
def _compiled(searching):
    """`_voted` for pictures of any size."""
    return tf.function(
        functools.partial(_voted, searching=searching),
        input_signature=[
            tf.TensorSpec([None, None, 3], tf.float32),
            tf.TensorSpec([None, None], tf.float32),
            tf.TensorSpec([None, None, 2], tf.int32),
        ],
        autograph=False,
    )


def _voted(levels, hole, offsets, searching):
    """Sources, searched for from `offsets` or taken as they are, and the hole made of them."""
    height, width = tf.shape(hole)[0], tf.shape(hole)[1]
    allowed = allowed_corners(1.0 - hole, PATCH)
    cells = cells_of(hole, CELL, PATCH)
    own = corners_of(cells.positions, CELL, PATCH)
    sources = own + tf.gather_nd(offsets, cells.positions)
    drawn = random_corners(allowed, draws_of(draws(SEED, 1), cells.positions)[:, 0])
    sources = tf.where(is_allowed(allowed, sources)[:, None], sources, drawn)
    sides = {"cell": CELL, "patch": PATCH}
    if searching:
        shown = coarse_levels(levels)
        pictures = compared(shown, shown, hole)
        chance = {"jumps": JUMPS, "radii": RADII, "seed": SEED}
        sources = search(pictures, allowed, cells, sources, **sides, **chance)
    voted = paste(levels, cells, sources, **sides)[:height, :width]
    moved = tf.concat([sources - own, [[NOWHERE, NOWHERE]]], axis=0)
    return tf.where(hole[..., None] > 0.5, voted, levels), tf.gather(moved, cells.slots)
