"""Contextual attention in blocks of query rows: bounded memory, forwards and backwards."""

import math
from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.attention import known_patches, reduce
from inpaint_tf.ops.attention_paste import pasted_rows
from inpaint_tf.ops.attention_shifts import Keys
from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.slices import diagonal_length
from inpaint_tf.ops.spans import Span, crop, cut, either, known, least, most, sizes

LIVE_MATRICES = 3  # of the size of a block that exist at once
LEAST_QUERIES = 400  # at once, where nobody asks for less: smaller blocks repeat much at their rims


class Budget(NamedTuple):
    """What a block may be where no memory is given: the smaller of both, but `LEAST_QUERIES`.

    queries: more at once would leave the processor's cache without saving much at the rims.
    memory: bytes.
    """

    queries: int
    memory: int


# Blocks of whole rows have longer rims than those of the window around a hole.
WHOLE = Budget(2560, 512 * 2**20)
WINDOW = Budget(1024, 256 * 2**20)


class Blocks(NamedTuple):
    """A range of rows or columns of squares in blocks; the last may overlap the one before it.

    span: `Span` of all.
    size: rows or columns of one block.
    count: number of blocks.
    """

    span: Span
    size: Any
    count: Any

    @classmethod
    def of(cls, span, most_at_once):
        """As few blocks as possible, all of the same size."""
        count = (span.size + most_at_once - 1) // most_at_once
        return cls(span, (span.size + count - 1) // count, count)

    def block(self, index):
        start = least(index * self.size, self.span.size - self.size)
        return Span(self.span.start + start, self.size)

    def places(self):
        """Where each member of the range is among the blocks laid end to end."""
        member = tf.range(self.span.size)
        first = member // self.size * self.size
        return first + member - least(first, self.span.size - self.size)

    @property
    def single(self):
        """Whether it is known beforehand that one block is all."""
        return known(self.count) and self.count == 1


class Plan(NamedTuple):
    """How the squares of the wanted features are computed, see `pasted_rows`."""

    rows: Blocks
    columns: Blocks


def attend_in_blocks(foreground, background, mask, rules, rate, *, memory=None, needed=None):
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
            key).
        needed: (rows, columns), two `Span`s of the features that are wanted; None: all.

    Returns:
        (features, best): `[B, H, W, C]`, or with `needed` only those; `[B, h, w]` int32, for
        every query the key with the largest weight, or None with `needed`. Gradients are computed
        from recomputed blocks, so that no block is kept.
    """
    height, width = sizes(foreground, 1, 2)
    queries = reduce(foreground, rate)
    wanted = needed or (Span(0, height), Span(0, width))
    plan = make_plan(queries, rules, rate, *wanted, memory, WINDOW if needed else WHOLE)
    keys = make_keys(background, mask, rules, rate, tf.shape(foreground)[0])
    squares, best = _attend_items(queries, keys, rules, rate, plan)
    rim = rate // 2  # the first square begins that far outside the map
    top, left = (
        span.start - (blocks.span.start * rate - rim) for span, blocks in zip(wanted, plan)
    )
    features = crop(squares, Span(top, wanted[0].size), Span(left, wanted[1].size))
    sides = [span.size if known(span.size) else None for span in wanted]
    features.set_shape([foreground.shape[0], *sides, foreground.shape[3]])
    return features, None if needed else best[:, : sizes(queries, 1)[0]]


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
    box = tf.ones([rules.kernel_size, rules.kernel_size, 1, 1], wide.dtype)
    norms = tf.nn.conv2d(squared, box, 1, "SAME")
    scale = tf.reshape(tf.math.rsqrt(tf.maximum(norms, 1e-4**2)), [batch, -1])

    rim = rate // 2
    border = [[0, 0], [rim, rate - rim], [rim, rate - rim], [0, 0]]
    rows, columns = (side + 1 for side in rules.key_grid)
    squares = tf.reshape(tf.pad(background, border), [batch, rows, rate, columns, rate, channels])
    squares = tf.transpose(squares, [0, 1, 3, 2, 4, 5])
    squares = tf.reshape(squares, [batch, rows * columns, rate * rate * channels])
    more = diagonal_length(rows * columns) - rows * columns
    squares = tf.pad(squares, [[0, 0], [0, more], [0, 0]])

    patch_known = None
    if mask is not None:
        patch_known = known_patches(reduce(tf.cast(mask, wide.dtype), rate), rules.kernel_size)
        patch_known = tf.broadcast_to(patch_known, [batch, rules.key_count])
    return Keys(pixels, scale, squares, patch_known)


def make_plan(queries, rules, rate, rows, columns, memory, budget=WHOLE):
    """The `Plan` for the features in `rows` and `columns`; `budget` for a `memory` of None."""
    (width,) = sizes(queries, 2)
    rows, columns = (_squares(span, rate) for span in (rows, columns))
    inside = (columns.start - 1 - rules.rim >= 0) & (columns.stop + rules.rim <= width)
    if isinstance(inside, bool):
        columns = columns if inside else Span(0, width + 1)
    else:
        start = tf.where(inside, columns.start, 0)
        columns = Span(start, tf.where(inside, columns.size, width + 1))
    key_height, key_width = (side + 2 * rules.patch_reach for side in rules.key_grid)
    query_bytes = LIVE_MATRICES * 4 * key_height * key_width
    queries_at_once = (
        most(LEAST_QUERIES, least(budget.queries, _quotient(budget.memory, query_bytes)))
        if memory is None
        else _quotient(memory, query_bytes)
    )
    # Rows and columns that are computed besides those of a block.
    more_rows = 1 + 4 * rules.reach + 2 * rules.patch_reach
    more_columns = 1 + 2 * (rules.rim + rules.patch_reach)
    across = either(
        inside, lambda: most(1, _root(queries_at_once) - more_columns), lambda: width + 1
    )
    columns = Blocks.of(columns, least(columns.size, across))
    down = most(1, queries_at_once // (columns.size + more_columns) - more_rows)
    return Plan(Blocks.of(rows, least(rows.size, down)), columns)


def _squares(span, rate):
    rim = rate // 2
    first = (span.start + rim) // rate
    return Span(first, (span.stop - 1 + rim) // rate + 1 - first)


def _quotient(memory, size):
    """`memory // size`, of which the first may exceed the range of int32."""
    if known(size):
        return memory // size
    return tf.cast(float(memory) / tf.cast(size, tf.float32), tf.int32)


def _root(count):
    """The side of a square of `count` members, rounded down."""
    if known(count):
        return math.isqrt(count)
    return tf.cast(tf.sqrt(tf.cast(count, tf.float32)), tf.int32)


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
    """Squares and best keys of one item; the best keys only where blocks are whole rows."""

    def block(rows, columns):
        return pasted_rows(queries, keys, rules, rate, rows, columns)

    def row_of_blocks(rows):
        if plan.columns.single:
            return block(rows, plan.columns.span)
        blocks, best = _map_blocks(lambda span: block(rows, span), plan.columns, keys)
        blocks = tf.transpose(blocks, [1, 0, 2, 3])  # [rows * rate, count, size * rate, C]
        joined = _joined(blocks, plan.columns, rate, axis=1)
        return joined, best[0]

    if plan.rows.single:
        return row_of_blocks(plan.rows.span)
    squares, best = _map_blocks(row_of_blocks, plan.rows, keys)
    best = tf.reshape(best, [plan.rows.count * plan.rows.size, -1])
    return _joined(squares, plan.rows, rate, axis=0), tf.gather(best, plan.rows.places())


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
            squares, _ = pasted_rows(queries, keys, rules, rate, rows, columns)
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
