"""The one primitive of the fast path: attention from the top down, a few rows at a time."""

import tensorflow as tf

from inpaint_tf.ops.attention.columns import Columns
from inpaint_tf.ops.attention.paste import overlap, paste
from inpaint_tf.ops.attention.pieces import one_after_another
from inpaint_tf.ops.attention.propagation import (
    extended_length,
    propagate_along_columns,
    rows_propagated,
)
from inpaint_tf.ops.attention.scores import attend, patch_scores
from inpaint_tf.ops.spans import Span, cut, cut_axes, sizes


def stream(queries, keys, rules, rate, rows, columns, with_best=False):
    """Rebuilt features of a window of tiles of `rate` x `rate`.

    The propagation along columns needs neighbouring rows. On the way down the map those above have
    been computed already: a step hands its last `1 + 2 * rules.radius` rows of scores on to the
    next, and only the patches of its first rows are computed again. One step is a block of the
    map, narrow columns are a strip, and all columns of all rows are the map.

    Args:
        queries: `[h, w, C]` foreground on the attention grid.
        keys: `Keys`.
        rules: `Rules`.
        rate: int.
        rows: `Pieces` of the h + 1 rows of tiles; one piece is one step.
        columns: `Span` of columns of tiles: all w + 1, or some.
        with_best: whether to give the best keys.

    Returns:
        `[features]` or `[features, best]`: `[rows.span.size * rate, columns.size * rate, C]`, and
        int32, the key with the largest weight for each query with the numbers `rows` and
        `columns`; at the end of the map that is one row and one column less than tiles.
    """
    height, width = sizes(queries, 0, 1)
    columns = Columns.of(columns, rules, width)
    around = columns.around.size

    def one_step(tiles, carried):
        covering = Span(tiles.start - 1, tiles.size + 1).clip(height)  # queries that cover them
        carried_rows = sizes(carried[0], 0)[0] // around  # rows of scores
        support = covering.grow(rules.radius)
        new = Span(support.start + carried_rows, support.size - carried_rows)
        scores = _scores(queries, keys, rules, new, columns.around)
        scores = scores if carried[0].shape[0] == 0 else tf.concat([*carried, scores], 0)
        last = cut(scores, 0, (covering.size - 1) * around, (1 + 2 * rules.radius) * around)

        if rules.radius:
            scores = propagate_along_columns(scores, rules, covering.size, around, columns.inner)
        weights = attend(scores, keys.known, rules)
        summed = overlap(weights, rules, tiles, covering, columns.queries.size, columns.wide)
        results = [paste(summed, keys, rate, tiles.size, columns.wide, columns.output)]
        if with_best:
            results.append(_best(weights, tiles, covering, columns))
        return results, [last]

    nothing = tf.zeros([0, extended_length(rules, around)], keys.scale.dtype)
    specs = result_specs(keys, with_best)
    return one_after_another(rows, one_step, [nothing], specs)[0]


def _scores(queries, keys, rules, rows, columns):
    compute = rows_propagated if rules.radius else patch_scores
    return compute(queries, keys, rules, rows, columns)


def _best(weights, tiles, covering, columns):
    """The best keys of the queries with the numbers of the tiles, which others cover as well."""
    best = tf.argmax(weights, axis=-1, output_type=tf.int32)
    best = tf.reshape(best, [covering.size, columns.queries.size])
    above, left = tiles.start - covering.start, columns.output.start
    spans = Span(above, covering.size - above), Span(left, columns.queries.size - left)
    return cut_axes(best, dict(enumerate(spans)))


def result_specs(keys, with_best):
    """`TensorSpec`s of what `stream` gives."""
    features = tf.TensorSpec([None, None, keys.pixels.shape[-1]], keys.tiles.dtype)
    return [features, tf.TensorSpec([None, None], tf.int32)] if with_best else [features]
