"""The one primitive of the fast path: attention downwards, a few rows at a time."""

from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.attention.paste import overlap, paste
from inpaint_tf.ops.attention.pieces import one_after_another
from inpaint_tf.ops.attention.propagation import (
    extended_length,
    propagate_along_columns,
    rows_propagated,
)
from inpaint_tf.ops.attention.scores import attend, patch_scores
from inpaint_tf.ops.spans import Span, cut, cut_axes, sizes, where


def stream(queries, keys, rules, rate, rows, columns, with_best=False):
    """Rebuilt features of a window of squares of `rate` x `rate`.

    The propagation along columns looks at neighbouring rows. On the way down the map those above
    are there already: a step hands its last `1 + 2 * reach` rows of scores on to the next, and
    only patches look at rows that are computed anew. One step is a block of the map, narrow
    columns are a strip, and all columns of all rows are the map.

    Args:
        queries: `[h, w, C]` foreground on the attention grid.
        keys: `Keys`.
        rules: `Rules`.
        rate: int.
        rows: `Pieces` of the rows of squares, of which there are h + 1; one piece is one step.
        columns: `Span` of columns of squares: all w + 1, or some that stay `rules.rim + 1`
            away from the border.
        with_best: whether the best keys are wanted.

    Returns:
        `[features]` or `[features, best]`: `[rows.span.size * rate, columns.size * rate, C]`, and
        int32, the key with the largest weight for each of the queries that have the numbers
        `rows` and `columns`: one row less than squares at the end of the map, and one column.
    """
    height, width = sizes(queries, 0, 1)
    columns = Columns.of(columns, rules, width)
    around = columns.around.size

    def one_step(squares, carried):
        asked = Span(squares.start - 1, squares.size + 1).clip(height)  # queries that cover them
        there = sizes(carried[0], 0)[0] // around  # rows of scores
        looked_at = asked.grow(rules.reach)
        new = Span(looked_at.start + there, looked_at.size - there)
        scores = _scores(queries, keys, rules, new, columns.around)
        scores = scores if carried[0].shape[0] == 0 else tf.concat([*carried, scores], 0)
        last = cut(scores, 0, (asked.size - 1) * around, (1 + 2 * rules.reach) * around)

        if rules.reach:
            scores = propagate_along_columns(scores, rules, asked.size, around, columns.inner)
        weights = attend(scores, keys.known, rules)
        summed = overlap(weights, rules, squares, asked, columns.queries.size, columns.wide)
        results = [paste(summed, keys, rate, squares.size, columns.wide, columns.wanted)]
        if with_best:
            results.append(_best(weights, squares, asked, columns))
        return results, [last]

    nothing = tf.zeros([0, extended_length(rules, around)], keys.scale.dtype)
    kinds = kinds_of_results(keys, with_best)
    return one_after_another(rows, one_step, [nothing], kinds)[0]


def _scores(queries, keys, rules, rows, columns):
    compute = rows_propagated if rules.reach else patch_scores
    return compute(queries, keys, rules, rows, columns)


def _best(weights, squares, asked, columns):
    """The best keys of the queries with the numbers of the squares; others cover them as well."""
    best = tf.argmax(weights, axis=-1, output_type=tf.int32)
    best = tf.reshape(best, [asked.size, columns.queries.size])
    above, left = squares.start - asked.start, columns.wanted.start
    spans = Span(above, asked.size - above), Span(left, columns.queries.size - left)
    return cut_axes(best, dict(enumerate(spans)))


class Columns(NamedTuple):
    """The columns of a stream.

    queries: `Span` of those that cover the squares.
    around: `Span` of those whose scores are computed: all, or some more than `queries`.
    wide: number of columns of squares that the queries cover, one more than they are at the
        right end of the map.
    wanted: `Span` of these.
    """

    queries: Span
    around: Span
    wide: Any
    wanted: Span

    @classmethod
    def of(cls, squares, rules, width):
        """For a `Span` of squares and the width of the map."""
        queries = Span(squares.start - 1, squares.size + 1).clip(width)
        whole = queries.size == width
        # An odd number, with which there always are rows in which steps down need no copies.
        more = (queries.size + 1) % 2 if rules.reach else 0
        narrow = Span(queries.start, queries.size + more).within(width, rules.rim)
        around = Span(where(whole, 0, narrow.start), where(whole, width, narrow.size))
        wanted = Span(squares.start - queries.start, squares.size)
        return cls(queries, around, queries.size + where(whole, 1, 0), wanted)

    @property
    def inner(self):
        """`Span` of `queries` within `around`."""
        return Span(self.queries.start - self.around.start, self.queries.size)


def kinds_of_results(keys, with_best):
    """`TensorSpec`s of what `stream` gives."""
    features = tf.TensorSpec([None, None, keys.pixels.shape[-1]], keys.squares.dtype)
    return [features, tf.TensorSpec([None, None], tf.int32)] if with_best else [features]
