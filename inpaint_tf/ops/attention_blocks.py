"""Contextual attention in blocks of query rows: bounded memory, forwards and backwards."""

import tensorflow as tf

from inpaint_tf.ops.attention import known_patches, reduce
from inpaint_tf.ops.attention_paste import nothing, pasted_rows
from inpaint_tf.ops.attention_plan import make_plan
from inpaint_tf.ops.attention_shifts import Keys
from inpaint_tf.ops.attention_strips import pasted_map, pasted_strip
from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.patches import patch_sums
from inpaint_tf.ops.slices import diagonal_length
from inpaint_tf.ops.spans import Span, crop, cut, cut_axes, either, known, least, place, sizes


def attend_in_blocks(
    foreground, background, mask, rules, rate, *, memory=None, needed=None, with_best=None
):
    """Contextual attention without a matrix of all queries and all keys.

    Args:
        foreground: `[B, H, W, C]`.
        background: `[B, H', W', C]`.
        mask: `[B, H', W', 1]` or `[1, H', W', 1]`, 1 = hole; None: everything is known.
        rules: `Rules`.
        rate: int.
        memory: bytes that the matrices of one block may take; a block is one row at least, and
            where `needed` leaves out the borders of the map, a part of a row. None: at most
            512 MB, with `needed` 256 MB, or what 400 queries take where that is more (5 KB per
            key); 1 GB where `needed` leaves out all four borders.
        needed: (rows, columns), two `Span`s of the features that are wanted; None: all.
        with_best: whether the best keys are wanted; None: where all features are.

    Returns:
        (features, best): `[B, H, W, C]`, or with `needed` only those; `[B, h, w]` int32, for
        every query the key with the largest weight, with `needed` 0 but for the queries that lie
        there, or None. Gradients are computed from recomputed blocks, so that no block is kept.
    """
    with_best = needed is None if with_best is None else with_best
    height, width = sizes(foreground, 1, 2)
    queries = reduce(foreground, rate)
    wanted = needed or (Span(0, height), Span(0, width))
    plan = make_plan(queries, rules, rate, *wanted, memory, needed is None, with_best)
    keys = make_keys(background, mask, rules, rate, tf.shape(foreground)[0])
    squares, best = _attend_items(queries, keys, rules, rate, plan)
    rim = rate // 2  # the first square begins that far outside the map
    top, left = (
        span.start - (blocks.span.start * rate - rim)
        for span, blocks in zip(wanted, (plan.rows, plan.columns))
    )
    features = crop(squares, Span(top, wanted[0].size), Span(left, wanted[1].size))
    sides = [span.size if known(span.size) else None for span in wanted]
    features.set_shape([foreground.shape[0], *sides, foreground.shape[3]])
    return features, _whole_map(best, plan, *sizes(queries, 1, 2)) if with_best else None


def _whole_map(best, plan, height, width):
    """The best keys of a window at their place in `[B, height, width]`."""
    spans = [
        Span(span.start, least(span.size, side - span.start))
        for span, side in ((plan.rows.span, height), (plan.columns.span, width))
    ]
    best = cut_axes(best[..., None], {1: Span(0, spans[0].size), 2: Span(0, spans[1].size)})
    return place(best, *spans, height, width)[..., 0]


def make_keys(background, mask, rules, rate, batch):
    """`Keys` of all items, `[B, ...]` each."""
    reach, channels = rules.patch_reach, background.shape[3]
    reduced = reduce(background, rate)
    border = [[0, 0], [reach, 0], [reach, reach], [0, 0]]
    pixels = tf.reshape(tf.pad(reduced, border), [batch, -1, channels])
    count = (rules.key_grid[0] + reach) * (rules.key_grid[1] + 2 * reach)
    pixels = tf.pad(pixels, [[0, 0], [0, diagonal_length(count) - count], [0, 0]])

    wide = reduced if reduced.dtype.size >= 4 else tf.cast(reduced, tf.float32)
    # A product with ones: the sum over the last axis is slow on CPUs.
    squared = tf.tensordot(tf.square(wide), tf.ones([channels, 1], wide.dtype), 1)
    norms = patch_sums(squared, rules.kernel_size)
    scale = tf.reshape(tf.math.rsqrt(tf.maximum(norms, 1e-4**2)), [batch, -1])

    rim = rate // 2
    rows, columns = (side + 1 for side in rules.key_grid)
    rows = (diagonal_length(rows * columns) + columns - 1) // columns  # some more for `paste`
    border = [[0, 0], [rim, rows * rate - rim - sizes(background, 1)[0]], [rim, rate - rim], [0, 0]]
    squares = tf.reshape(tf.pad(background, border), [batch, rows, rate, columns, rate, channels])
    squares = tf.transpose(squares, [0, 1, 3, 2, 4, 5])
    squares = tf.reshape(squares, [batch, rows * columns, rate * rate * channels])

    patch_known = None
    if mask is not None:
        patch_known = known_patches(reduce(tf.cast(mask, wide.dtype), rate), rules.kernel_size)
        patch_known = tf.broadcast_to(patch_known, [batch, rules.key_count])
    return Keys(pixels, scale, squares, patch_known)


def _attend_items(queries, keys, rules, rate, plan):
    """All items, one after the other: `[B, rows * rate, columns * rate, C]`, `[B, rows, w]`."""
    patch_known = keys.known

    @tf.custom_gradient
    def compute(queries, pixels, scale, squares):
        def one(item):
            return _attend_item(item[0], Keys(*item[1:]), rules, rate, plan)

        def gradient(upstream, _):
            def one(item):
                return _item_gradient(item[0], item[1], Keys(*item[2:]), rules, rate, plan)

            kinds = [tf.TensorSpec(x.shape[1:], x.dtype) for x in (queries, pixels, scale, squares)]
            return _map([upstream, queries, *items[1:]], one, kinds)

        items = [queries, pixels, scale, squares]
        items += [] if patch_known is None else [patch_known]
        kinds = [
            tf.TensorSpec([None, None, queries.shape[3]], squares.dtype),
            tf.TensorSpec([None, None], tf.int32),
        ]
        return tuple(_map(items, one, kinds)), gradient

    return compute(queries, keys.pixels, keys.scale, keys.squares)


def _map(items, function, kinds):
    """`function` of every item of the batch in turn, `kinds` being the results' `TensorSpec`s."""
    if items[0].shape[0] == 1:
        return [result[None] for result in function([item[0] for item in items])]
    return map_items(lambda item: list(function(item)), items, kinds)


def _attend_item(queries, keys, rules, rate, plan):
    """Squares and best keys of one item, the keys of queries with the numbers of the squares."""

    def block(rows, columns):
        return pasted_rows(queries, keys, rules, rate, rows, columns, plan.with_best)

    def row_of_blocks(rows):
        if plan.columns.single:
            return block(rows, plan.columns.span)
        blocks, best = _map_blocks(lambda span: block(rows, span), plan.columns, keys)
        blocks = tf.transpose(blocks, [1, 0, 2, 3])  # [rows * rate, count, size * rate, C]
        joined = _joined(blocks, plan.columns, rate, axis=1)
        return joined, _joined_best(best, plan, plan.columns, axis=1)

    def rows_of_blocks():
        if plan.rows.single:
            return row_of_blocks(plan.rows.span)
        squares, best = _map_blocks(row_of_blocks, plan.rows, keys)
        joined = _joined(squares, plan.rows, rate, axis=0)
        return joined, _joined_best(best, plan, plan.rows, axis=0)

    if plan.steps is not None:
        return pasted_map(queries, keys, rules, rate, plan.steps)
    return either(
        plan.strips.allowed,
        lambda: _attend_strips(queries, keys, rules, rate, plan),
        rows_of_blocks,
    )


def _attend_strips(queries, keys, rules, rate, plan):
    """As `_attend_item`."""
    columns = plan.strips.columns

    def strip(span):
        rows, step = plan.rows.span, plan.strips.step
        return pasted_strip(queries, keys, rules, rate, rows, span, step, plan.with_best)

    if columns.single:
        return strip(columns.span)
    strips, best = _map_blocks(strip, columns, keys)
    joined = _joined(tf.transpose(strips, [1, 0, 2, 3]), columns, rate, axis=1)
    return joined, _joined_best(best, plan, columns, axis=1)


def _map_blocks(function, blocks, keys):
    kinds = (
        tf.TensorSpec([None, None, None], keys.squares.dtype),
        tf.TensorSpec([None, None], tf.int32),
    )
    return map_items(lambda index: function(blocks.block(index)), tf.range(blocks.count), kinds)


def _joined(squares, blocks, rate, axis):
    """Merges `[.., count, size * rate, ..]` at `axis` and drops what overlaps."""
    shape = tf.shape(squares)
    merged = [shape[:axis], [blocks.count * blocks.size], [rate], shape[axis + 2 :]]
    squares = tf.reshape(squares, tf.concat(merged, axis=0))
    squares = tf.gather(squares, blocks.places(), axis=axis)
    merged = [shape[:axis], [blocks.span.size * rate], shape[axis + 2 :]]
    return tf.reshape(squares, tf.concat(merged, axis=0))


def _joined_best(best, plan, blocks, axis):
    """Best keys of blocks, `[count, rows, columns]`, side by side along `axis` of the map."""
    if not plan.with_best:
        return nothing()
    if axis == 0:
        return tf.gather(
            tf.reshape(best, [blocks.count * blocks.size, tf.shape(best)[2]]), blocks.places()
        )
    best = tf.transpose(best, [1, 0, 2])
    best = tf.reshape(best, [tf.shape(best)[0], blocks.count * blocks.size])
    return tf.gather(best, blocks.places(), axis=1)


def _item_gradient(upstream, queries, keys, rules, rate, plan):
    """Gradients of queries, pixels, scale and squares of one item, whole rows at a time."""
    sources = [queries, keys.pixels, keys.scale, keys.squares]

    size, columns = plan.rows.size, plan.columns.span

    def one(index):
        rows = plan.rows.block(index)
        first = rows.start - plan.rows.span.start
        part = cut(upstream, 0, first * rate, size * rate)
        done = index * size - first  # rows that the block before has computed as well
        fresh = tf.cast(tf.range(size * rate) >= done * rate, part.dtype)
        with tf.GradientTape() as tape:
            tape.watch(sources)
            squares, _ = pasted_rows(queries, keys, rules, rate, rows, columns, False)
        return tape.gradient(
            squares, sources, part * fresh[:, None, None], tf.UnconnectedGradients.ZERO
        )

    if plan.rows.single:
        return one(0)
    total = [tf.zeros_like(x) for x in sources]
    _, total = tf.while_loop(
        lambda index, _: index < plan.rows.count,
        lambda index, total: (index + 1, [x + y for x, y in zip(total, one(index))]),
        (0, total),
        parallel_iterations=1,
    )
    return total
