"""Borrowed detail for a batch, as one program that gives the same bits wherever it runs."""

import functools

import tensorflow as tf

from inpaint_tf.detail import settings
from inpaint_tf.detail.borrow import with_detail
from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.shared_function import shared_function


@functools.cache
def detail_function(
    seed=0,
    has_offsets=True,
    sigma=settings.SIGMA,
    cell=settings.CELL,
    patch=settings.PATCH,
):
    """A compiled function of `(image, hole, usable, base, offsets)` for pictures of any size.

    Arguments and results are those of `with_detail`, with a batch axis; `offsets` are left out
    unless `has_offsets`. Masks have one channel: `hole` and `usable` are `[B, H, W, 1]`. Each item
    is computed by itself, so the rest of the batch does not matter.
    """
    color = tf.TensorSpec([None, None, None, 3], tf.float32)
    mask = tf.TensorSpec([None, None, None, 1], tf.float32)
    signature = [color, mask, mask, color]
    if has_offsets:
        signature.append(tf.TensorSpec([None, None, None, 2], tf.int32))

    def one(item):
        image, hole, usable, base, *offsets = item
        return with_detail(
            image,
            hole[..., 0],
            usable[..., 0],
            base,
            offsets[0] if offsets else None,
            seed=seed,
            sigma=sigma,
            cell=cell,
            patch=patch,
        )

    @shared_function(signature)
    def run(*items):
        specs = (
            tf.TensorSpec([None, None, 3], tf.float32),
            tf.TensorSpec([None, None, 2], tf.int32),
        )
        return map_items(one, items, specs)

    return run


def borrow_detail(image, hole, usable, base, offsets, seed=0):
    """`(completed, shifts)` as in `with_detail`, for a batch.

    Args:
        image: `[B, H, W, 3]` float32 in [-1, 1].
        hole: `[B, H, W, 1]` bool.
        usable: `[B, H, W, 1]` bool, False where pixels are transparent.
        base: `[B, H, W, 3]` float32 in [-1, 1], the network's picture.
        offsets: `[B, h, w, 2]` int32, or None.
        seed: int.
    """
    masks = (tf.cast(mask, tf.float32) for mask in (hole, usable))
    items = [image, *masks, base] + ([] if offsets is None else [offsets])
    return detail_function(seed, offsets is not None)(*items)
