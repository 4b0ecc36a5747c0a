"""How much of the attention is computed at a time, so that memory stays bounded."""

from typing import NamedTuple

import tensorflow as tf

from inpaint_tf.ops.attention.pieces import Pieces
from inpaint_tf.ops.spans import Span, is_static, maximum, minimum, sizes, where

LIVE_MATRICES = 3  # matrices of the size of a step that exist at once
MOST_STEPS = 16  # of a whole map, if its rows are few enough
MOST_ROWS = 12  # of a step, unless that would be too many steps: with 33 rows they take 10 % longer
LEAST_ROWS = 4  # of a step if one strip is to take all columns; otherwise there are several strips
LEAST_QUERIES = 400  # at once without a given memory: smaller blocks repeat much at their rims


class Budget(NamedTuple):
    """How much is computed at once if no memory is given: the smaller bound, but `LEAST_QUERIES`.

    queries: more at once would not fit into the processor's cache, and save little.
    memory: bytes.
    """

    queries: int
    memory: int


# In one step: of a whole map, and of the window around a hole.
WHOLE = Budget(2560, 512 * 2**20)
WINDOW = Budget(1024, 256 * 2**20)
# Steps repeat little, so small ones pay off; they may be larger if that keeps a strip in one piece.
STEPS = Budget(600, 1024 * 2**20)


class Plan(NamedTuple):
    """How the tiles of the needed features are computed, see `stream`.

    rows: `Pieces`, one for each step.
    columns: `Pieces`, one for each strip.
    blocks: `Pieces` of the same rows for the gradient, whose blocks hand nothing on.
    """

    rows: Pieces
    columns: Pieces
    blocks: Pieces


def make_plan(queries, rules, rate, rows, columns, memory, whole=False):
    """The `Plan` for the features in `rows` and `columns`; `whole` says that they are all."""
    width = sizes(queries, 2)[0]
    rows, columns = (_tiles(span, rate) for span in (rows, columns))

    key_height, key_width = (side + 2 * rules.patch_radius for side in rules.key_grid)
    query_bytes = LIVE_MATRICES * 4 * key_height * key_width
    # Rows and columns that are computed besides those of a block.
    more_rows = 1 + 4 * rules.radius + 2 * rules.patch_radius
    more_columns = 1 + 2 * (rules.rim + rules.patch_radius)
    carried = 1 + 2 * rules.radius
    across = columns.size + more_columns

    at_once = _at_once(WHOLE if whole else WINDOW, query_bytes, memory)
    block = maximum(1, at_once // across - more_rows)
    blocks = Pieces.of(rows, minimum(rows.size, block))
    if whole:
        step = at_once // (width + 1) - 2 * (rules.radius + rules.patch_radius)
        fewest = (rows.size + MOST_STEPS - 1) // MOST_STEPS
        step, strip = minimum(step, maximum(MOST_ROWS, fewest)), columns.size
    else:
        if memory is None:
            one_strip = across * (LEAST_ROWS + carried)
            at_once = minimum(
                _quotient(STEPS.memory, query_bytes), maximum(STEPS.queries, one_strip)
            )
        widest = maximum(1, at_once // (LEAST_ROWS + carried) - more_columns)
        strip = Pieces.of(columns, minimum(columns.size, widest)).size
        step = at_once // (strip + more_columns) - carried
    one = blocks.count == 1
    step = where(one, rows.size, maximum(1, minimum(rows.size, step)))
    return Plan(Pieces.of(rows, step), Pieces.of(columns, where(one, columns.size, strip)), blocks)


def _at_once(budget, query_bytes, memory):
    """Number of queries."""
    if memory is not None:
        return _quotient(memory, query_bytes)
    possible = minimum(budget.queries, _quotient(budget.memory, query_bytes))
    return maximum(LEAST_QUERIES, possible)


def _tiles(span, rate):
    """The rows or columns of tiles that cover a `Span` of features."""
    rim = rate // 2  # the first tile begins that far outside the map
    first = (span.start + rim) // rate
    return Span(first, (span.stop - 1 + rim) // rate + 1 - first)


def _quotient(memory, size):
    """`memory // size`, where `memory` may exceed the range of int32."""
    if is_static(size):
        return memory // size
    return tf.cast(float(memory) / tf.cast(size, tf.float32), tf.int32)
