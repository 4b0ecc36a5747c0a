"""Borrowed detail for a large photo that the network saw small."""

import tensorflow as tf

from inpaint_tf.detail import settings
from inpaint_tf.detail.borrow import find_sources
from inpaint_tf.detail.corners import allowed_corners
from inpaint_tf.detail.levels import FINE, fine_levels
from inpaint_tf.detail.low_pass import low_pass
from inpaint_tf.detail.paste import paste
from inpaint_tf.detail.refine import refined
from inpaint_tf.detail.seam import RADIUS, seam_correction
from inpaint_tf.ops.resize import enlarge, shrink, shrink_mask
from inpaint_tf.ops.spans import crop, hole_spans, place


def with_large_detail(
    image,
    hole,
    usable,
    small,
    offsets,
    scale,
    seed=0,
    sigma=settings.SIGMA_LARGE,
    cell=settings.CELL,
    patch=settings.PATCH,
    seam_sigma=settings.SEAM_SIGMA,
):
    """The network's small picture, enlarged, with detail of the large photo.

    The low-pass, cells and patches are `scale` times as large as for a picture that the network saw
    in full size. Exactly what the enlarged picture cannot hold is borrowed, so no band of
    frequencies is missing between the two.

    Args:
        image: `[H, W, 3]` float32 in [-1, 1]; only known pixels matter. H and W are multiples
            of `scale`.
        hole: `[H, W]` float32, 1 = hole.
        usable: `[H, W]` float32, 1 where detail may be copied from.
        small: `[H / scale, W / scale, 3]` float32, the shrunk photo with the network's picture
            where any pixel is hole.
        offsets: `[h, w, 2]` int32, the attention's, in cells; None without attention.
        scale: scalar int32 tensor, 2 or more, as in `inference.windows.scale_of`.
        seed: int.
        sigma, cell, patch, seam_sigma: in pixels of the small picture.

    Returns:
        `(completed, shifts)`: `[H, W, 3]` float32, the photo outside the hole; `[h, w, 2]` int32,
        (dy, dx) in pixels to the source of every cell, of `scale * cell` pixels. If no patch of the
        picture is known, the enlarged picture and zeros.
    """
    filled = tf.where(hole[..., None] > 0.5, enlarge(small[None], scale)[0], image)
    usable = usable * (1.0 - hole)
    small_hole = shrink_mask(hole[None, ..., None], scale)[0, ..., 0]
    small_usable = 1.0 - shrink_mask(1.0 - usable[None, ..., None], scale)[0, ..., 0]
    sides = {"cell": cell, "patch": patch}

    def borrowed():
        levels = fine_levels(small)
        smooth = low_pass(levels[None], sigma)
        allowed = allowed_corners(small_usable, patch)
        sources = find_sources(levels, smooth[0], small_hole, allowed, offsets, seed=seed, **sides)
        corners = refined(filled, hole, small_usable, small_hole, sources, scale, **sides)
        residual = fine_levels(filled) - tf.round(enlarge(smooth, scale)[0])
        detail = _detail(residual, usable, sources.cells, corners, scale, **sides)
        detail += _seam(residual - detail, usable, sources.cells, scale, cell, seam_sigma, hole)
        inside = small_hole[..., None] > 0.5
        more = _superfluous(
            levels, smooth[0], inside, sources, **sides, sigma=sigma, kept=settings.KEPT_LARGE
        )
        detail -= tf.round(enlarge(more[None], scale)[0])
        completed = tf.where(hole[..., None] > 0.5, filled + detail * (2.0 / FINE), filled)
        shifts = sources._replace(corners=corners).shifts(cell * scale, patch * scale)
        return completed, shifts

    def unchanged():
        return filled, tf.zeros([*_grid(small, cell), 2], tf.int32)

    def has_sources():
        return tf.reduce_any(allowed_corners(small_usable, patch))

    large_enough = tf.minimum(tf.shape(small)[0], tf.shape(small)[1]) > patch
    possible = tf.cond(large_enough, has_sources, lambda: False)
    return tf.cond(possible & tf.reduce_any(hole > 0.5), borrowed, unchanged)


def _detail(residual, usable, cells, corners, scale, cell, patch):
    height, width = tf.shape(usable)[0], tf.shape(usable)[1]
    detail = paste(residual, cells, corners, cell=cell * scale, patch=patch * scale)
    return detail[:height, :width]


def _seam(error, usable, cells, scale, cell, sigma, hole):
    """The correction that meets the known pixels: of the shrunk error, then of what remains."""
    height, width = tf.shape(hole)[0], tf.shape(hole)[1]
    known = cells.covered(cell * scale)[:height, :width] * usable
    whole = 1.0 - shrink_mask(1.0 - known[None, ..., None], scale)[0, ..., 0]
    carried = seam_correction(tf.round(shrink(error[None], scale)[0]), whole, sigma)
    carried = tf.round(enlarge(carried[None], scale)[0])
    # Only near the hole: the photo may be a hundred times as large.
    rows, columns = (
        span.within(side, 2 * RADIUS)
        for span, side in zip(hole_spans(hole[None, ..., None]), (height, width))
    )
    beside = tf.concat([error - carried, known[..., None]], axis=-1)[None]
    beside = crop(beside, rows, columns)[0]
    fine = seam_correction(beside[..., :3], beside[..., 3], sigma)
    return carried + place(fine[None], rows, columns, height, width)[0]


def _superfluous(levels, smooth, inside, sources, *, cell, patch, sigma, kept):
    """The part of the network's edges that is removed, since they would stand beside the photo's.

    Beyond its own low-pass, a picture as soft as a low-pass should have what the low-pass of the
    source has there. A part of whatever the network has more than that is removed.

    Args:
        levels, smooth, sources, cell, patch, sigma: of the small picture.
        inside: `[H, W, 1]` bool, True in the hole.
        kept: fraction of the surplus that stays, 0 to 1.

    Returns:
        `[H, W, 3]`, 0 outside the hole.
    """
    height, width = tf.shape(levels)[0], tf.shape(levels)[1]
    twice = low_pass(tf.where(inside, levels, smooth)[None], sigma)[0]
    expected = paste(smooth - twice, *sources, cell=cell, patch=patch)[:height, :width]
    more = (1.0 - kept) * (levels - twice - expected)
    return tf.where(inside, more, tf.zeros_like(more))


def _grid(picture, cell):
    return [(tf.shape(picture)[axis] + cell - 1) // cell for axis in (0, 1)]
