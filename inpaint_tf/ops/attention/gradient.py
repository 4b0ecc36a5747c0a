"""The gradient of attention: blocks are computed again, so that none has to be kept."""

import tensorflow as tf

from inpaint_tf.ops.attention.pieces import Pieces, one_after_another
from inpaint_tf.ops.attention.stream import stream
from inpaint_tf.ops.spans import cut


def gradient_of_item(upstream, queries, keys, rules, rate, plan):
    """Gradients of the queries and of `keys.pixels`, `keys.scale` and `keys.tiles`.

    Args:
        upstream: gradient of what `stream` gives for all rows and columns of `plan`.
        queries, keys, rules, rate: as in `stream`.
        plan: `Plan`.
    """
    sources = [queries, keys.pixels, keys.scale, keys.tiles]

    def of_block(rows, total):
        first = (rows.start - plan.blocks.span.start) * rate
        part = cut(upstream, 0, first, rows.size * rate)
        block = Pieces(rows, rows.size, 1)
        with tf.GradientTape() as tape:
            tape.watch(sources)
            (tiles,) = stream(queries, keys, rules, rate, block, plan.columns.span)
        found = tape.gradient(tiles, sources, part, tf.UnconnectedGradients.ZERO)
        return [], [x + y for x, y in zip(total, found)]

    nothing = [tf.zeros_like(x) for x in sources]
    return one_after_another(plan.blocks, of_block, nothing)[1]
