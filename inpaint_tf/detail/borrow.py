"""Borrowed detail: what the network's picture lacks is copied from where the photo has it.

Contextual residual aggregation (Yi et al., CVPR 2020), with one source for each cell, located to
the pixel: the attention says where to begin, and a search by patches goes on from there.
"""

from typing import NamedTuple

import tensorflow as tf

from inpaint_tf.detail import settings
from inpaint_tf.detail.cells import Cells, cells_of, corners_of
from inpaint_tf.detail.corners import allowed_corners, draws, draws_of, start_corners
from inpaint_tf.detail.cost import compared
from inpaint_tf.detail.levels import FINE, coarse_levels, fine_levels
from inpaint_tf.detail.low_pass import low_pass
from inpaint_tf.detail.paste import paste
from inpaint_tf.detail.seam import seam_correction
from inpaint_tf.detail.search import search

START = 1  # added to the seed for the corners that the search starts from


class Sources(NamedTuple):
    """Where the detail of one picture comes from.

    cells: `Cells`.
    corners: `[N, 2]` int32, top left corner of each cell's source patch.
    """

    cells: Cells
    corners: tf.Tensor

    def shifts(self, cell, patch):
        """`[h, w, 2]` int32: (dy, dx) in pixels from each cell to its source, or 0."""
        moved = self.corners - corners_of(self.cells.positions, cell, patch)
        return tf.gather(tf.concat([moved, [[0, 0]]], axis=0), self.cells.slots)


def find_sources(
    levels,
    soft,
    hole,
    allowed,
    offsets,
    *,
    seed=0,
    cell=settings.CELL,
    patch=settings.PATCH,
    jumps=settings.JUMPS,
    radii=settings.RADII,
):
    """The `Sources` of one picture.

    Args:
        levels: `[H, W, 3]` of `fine_levels`, the photo with the network's picture in the hole.
        soft: `[H, W, 3]`, the same, made as soft as the network's picture that it is compared with.
        hole: `[H, W]` float32, 1 = hole, not empty.
        allowed: `[H - patch + 1, W - patch + 1]` bool, of `allowed_corners`; at least one is.
        offsets: `[h, w, 2]` int32, of the attention, in cells, or None.
        seed: int, of the patches that are tried at random.
        cell, patch: sides in pixels.
        jumps, radii: as in `search`.
    """
    pictures = compared(coarse_levels(levels), coarse_levels(soft), hole)
    cells = cells_of(hole, cell, patch)
    numbers = draws_of(draws(seed + START, 1), cells.positions)[:, 0]
    start = start_corners(offsets, cells, allowed, numbers, cell=cell, patch=patch)
    found = search(
        pictures, allowed, cells, start, cell=cell, patch=patch, jumps=jumps, radii=radii, seed=seed
    )
    return Sources(cells, found)


def laid_over(filled, levels, smooth, hole, usable, sources, *, cell, patch, seam_sigma):
    """The photo with detail in the hole, `[H, W, 3]`.

    Args:
        filled: `[H, W, 3]` float32 in [-1, 1], the photo with the network's picture in the hole.
        levels, hole: as in `find_sources`.
        smooth: `[H, W, 3]`, the low-pass of `levels`; the rest is borrowed.
        usable: `[H, W]` float32, 1 where the photo is known and not transparent.
        sources: `Sources`.
        cell, patch, seam_sigma: in pixels.
    """
    height, width = tf.shape(filled)[0], tf.shape(filled)[1]
    inside = hole[..., None] > 0.5
    residual = levels - smooth
    detail = paste(residual, *sources, cell=cell, patch=patch)[:height, :width]
    covered = sources.cells.covered(cell)[:height, :width]
    detail += seam_correction(residual - detail, covered * usable, seam_sigma)
    # Edges that the network painted itself would stand beside those of the photo.
    detail -= (1.0 - settings.KEPT) * residual
    return tf.where(inside, filled + detail * (2.0 / FINE), filled)


def with_detail(
    image,
    hole,
    usable,
    base,
    offsets,
    seed=0,
    sigma=settings.SIGMA,
    compared_sigma=settings.COMPARED_SIGMA,
    cell=settings.CELL,
    patch=settings.PATCH,
    seam_sigma=settings.SEAM_SIGMA,
):
    """One completed picture with its borrowed detail.

    Args:
        image: `[H, W, 3]` float32 in [-1, 1]; only known pixels matter.
        hole: `[H, W]` float32, 1 = hole.
        usable: `[H, W]` float32, 1 where detail may be copied from; never in the hole.
        base: `[H, W, 3]` float32 in [-1, 1], the network's picture; only the hole matters.
        offsets: `[h, w, 2]` int32, the attention's, in cells; None without attention.
        seed: int.
        sigma, compared_sigma, cell, patch: in pixels.

    Returns:
        `(completed, shifts)`: `[H, W, 3]` float32, the photo outside the hole; `[h, w, 2]` int32,
        (dy, dx) in pixels to the source of every cell. If no patch of the picture is known, the
        network's picture stays as it is, and shifts are 0.
    """
    filled = tf.where(hole[..., None] > 0.5, base, image)
    usable = usable * (1.0 - hole)
    height, width = tf.shape(image)[0], tf.shape(image)[1]
    sides = {"cell": cell, "patch": patch}

    def borrowed():
        levels = fine_levels(filled)
        smooth, soft = (low_pass(levels[None], each)[0] for each in (sigma, compared_sigma))
        allowed = allowed_corners(usable, patch)
        sources = find_sources(levels, soft, hole, allowed, offsets, seed=seed, **sides)
        completed = laid_over(
            filled,
            levels,
            smooth,
            hole,
            usable,
            sources,
            **sides,
            seam_sigma=seam_sigma,
        )
        return completed, sources.shifts(cell, patch)

    def unchanged():
        grid = [(side + cell - 1) // cell for side in (height, width)]
        return filled, tf.zeros([*grid, 2], tf.int32)

    def has_sources():
        return tf.reduce_any(allowed_corners(usable, patch))

    possible = tf.cond(tf.minimum(height, width) >= patch, has_sources, lambda: False)
    return tf.cond(possible & tf.reduce_any(hole > 0.5), borrowed, unchanged)
