"""Large photos: windows, each completed in the network's working size, with the photo's detail."""

import functools

import numpy as np
import tensorflow as tf

from inpaint_tf.detail.batch import borrow_detail
from inpaint_tf.detail.large import with_large_detail
from inpaint_tf.inference.windows import hole_windows, one_window
from inpaint_tf.ops.image import filled_pixels, to_float
from inpaint_tf.ops.padding import extend, padded_size
from inpaint_tf.ops.resize import enlarge, shrink, shrink_mask
from inpaint_tf.ops.shared_function import shared_function
from inpaint_tf.ops.spans import cond, sizes
from inpaint_tf.visualization.offset_colors import CELL, offset_colors

_COLOR = tf.TensorSpec([None, None, None, 3], tf.float32)
_MASK = tf.TensorSpec([None, None, None, 1], tf.float32)
_SCALE = tf.TensorSpec([], tf.int32)


def complete_by_windows(
    predict,
    color,
    hole,
    usable,
    lines=None,
    *,
    working_size,
    grouped=True,
    detail=True,
    seed=0,
    with_sources=False,
):
    """Completes a large photo, and gives the sources of its detail.

    Args:
        predict, detail, seed: as in `complete_window`.
        color: `[H, W, 3]` uint8 or uint16.
        hole: `[H, W]` bool.
        usable: `[H, W]` bool, False where pixels are transparent.
        lines: `[H, W]` bool, a sketch, or None.
        working_size: int, as in `hole_windows`.
        grouped: whether each group of holes has a window; otherwise one window holds them all.
        with_sources: whether to paint the sources of the detail.

    Returns:
        `(completed, sources)`: an array of the photo's shape and type, known pixels bit for bit;
        and `[H, W, 3]` uint8, the colours of the shifts, white outside the windows and without
        detail, or None.
    """
    completed = color.copy()
    sources = np.full([*color.shape[:2], 3], 255, np.uint8) if with_sources else None
    if not hole.any():
        return completed, sources
    windows = hole_windows if grouped else one_window
    for window in windows(hole, working_size):
        part = tuple(slice(span.start, span.stop) for span in (window.rows, window.columns))
        inside, *others = (
            None if mask is None else mask[part][None, ..., None] for mask in (hole, usable, lines)
        )
        filled, shifts = complete_window(
            predict,
            to_float(color[part])[None],
            inside,
            *others,
            window.scale,
            detail=detail,
            seed=seed,
        )
        completed[part] = filled_pixels(filled[0], color[part], inside[0]).numpy()
        if with_sources:
            colors = offset_colors(shifts, *hole[part].shape, CELL * window.scale)[0].numpy()
            sources[part] = np.where(inside[0], colors, sources[part])
    return completed, sources


def complete_window(predict, image, hole, usable, lines, scale, *, detail=True, seed=0):
    """Completes one window.

    Args:
        predict: function of (image, hole, lines, scale) that gives the network's completed
            picture, and the attention's offsets or None; `[1, H, W, 3]`, `[1, H, W, 1]` bool of
            any size.
        image: `[1, H, W, 3]` float32 in [-1, 1].
        hole: `[1, H, W, 1]` bool.
        usable: `[1, H, W, 1]` bool, False where pixels are transparent.
        lines: `[1, H, W, 1]` bool, a sketch, or None.
        scale: int or scalar int32 tensor, of `scale_of`: the factor by which it is scaled down.
        detail: whether detail is borrowed. Without it the enlarged picture stays soft.
        seed: as in `borrow_detail`.

    Returns:
        `(filled, shifts)`: `[1, H, W, 3]` float32 in [-1, 1], of which only the hole matters; and
        `[1, h, w, 2]` int32 as in `with_large_detail`, all 0 without detail.
    """
    nowhere = tf.zeros([1, 1, 1, 2], tf.int32)

    def as_it_is():
        base, offsets = predict(image, hole, lines, 1)
        if not detail:
            return base, nowhere
        return borrow_detail(image, hole, usable, base, offsets, seed)

    def scaled_down():
        height, width = sizes(image, 1, 2)
        size = [padded_size(side, scale) for side in (height, width)]
        large, missing = extend(image, *size), extend(tf.cast(hole, tf.float32), *size)
        small, small_hole = _shrunk()(large, missing, tf.cast(scale, tf.int32))
        small_lines = None
        if lines is not None:
            small_lines = shrink_mask(extend(tf.cast(lines, tf.float32), *size), scale) > 0.5
        base, offsets = predict(small, small_hole > 0.5, small_lines, scale)
        small = tf.where(small_hole > 0.5, base, small)
        if not detail:
            return enlarge(small, scale)[:, :height, :width], nowhere
        # Beyond the window the picture is mirrored; nothing is borrowed from there.
        room = [[0, 0], [0, size[0] - height], [0, size[1] - width], [0, 0]]
        usable_large = tf.pad(tf.cast(usable, tf.float32), room)
        items = [large, missing, usable_large, small] + ([] if offsets is None else [offsets])
        run = _large_detail(seed, offsets is not None)
        completed, shifts = run(*items, tf.cast(scale, tf.int32))
        return completed[:, :height, :width], shifts

    return cond(scale == 1, as_it_is, scaled_down)


@functools.cache
def _shrunk():
    """A compiled function, so that the network sees the same bits on every device."""

    @shared_function([_COLOR, _MASK, _SCALE])
    def run(image, hole, scale):
        return shrink(image, scale), shrink_mask(hole, scale)

    return run


@functools.cache
def _large_detail(seed, has_offsets):
    """`with_large_detail` of a batch of one, compiled."""
    offsets = [tf.TensorSpec([None, None, None, 2], tf.int32)] if has_offsets else []

    @shared_function([_COLOR, _MASK, _MASK, _COLOR, *offsets, _SCALE])
    def run(image, hole, usable, small, *rest):
        *looked_at, scale = rest
        completed, shifts = with_large_detail(
            image[0],
            hole[0, ..., 0],
            usable[0, ..., 0],
            small[0],
            looked_at[0][0] if looked_at else None,
            scale,
            seed=seed,
        )
        return completed[None], shifts[None]

    return run
