"""What of the attention is computed at a time, so that memory stays bounded."""

import math
from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.spans import Span, either, known, least, most, sizes

LIVE_MATRICES = 3  # of the size of a block that exist at once
MOST_STEPS = 16  # of a whole map, each of which has operations of its own in the graph
MOST_ROWS = 12  # in one of them, where there need not be more: those of 33 take a tenth longer
LEAST_STEP = 4  # rows at a time in a strip as wide as the window; else there are several strips
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
# Strips repeat little, so that small steps pay; they take more where it keeps them in one piece.
STRIPS = Budget(600, 1024 * 2**20)


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
    """How the squares of the wanted features are computed, see `pasted_rows`.

    strips: `Strips`, which are used instead where the window allows it.
    steps: `Blocks` of rows for `pasted_map`, of which the last is shorter where need be; used
        instead for a whole map whose size is known and which is more than one block. None where
        there is no propagation, and where rows would be too wide, too few or too many.
    with_best: whether the best keys are wanted.
    """

    rows: Blocks
    columns: Blocks
    strips: Any
    steps: Any = None
    with_best: bool = True


class Strips(NamedTuple):
    """How they are computed where the window is nowhere near the border, see `pasted_strip`.

    allowed: whether that is so; a bool, or a tensor where it is not known beforehand.
    columns: `Blocks` of columns, one strip each.
    step: rows at a time.
    """

    allowed: Any
    columns: Any = None
    step: Any = None


def make_plan(queries, rules, rate, rows, columns, memory, whole=False, with_best=True):
    """The `Plan` for the features in `rows` and `columns`.

    `whole` says that they are all features, `with_best` that the best keys are wanted with them.
    """
    budget = WHOLE if whole else WINDOW
    height, width = sizes(queries, 1, 2)
    rows, columns = (_squares(span, rate) for span in (rows, columns))
    inside = (columns.start - 1 - rules.rim >= 0) & (columns.stop + rules.rim <= width)
    far = (rows.start - 1 - rules.reach >= 0) & (rows.stop + rules.reach <= height)
    window = columns  # of strips, which are used only where it is all columns that are computed
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
    rows = Blocks.of(rows, least(rows.size, down))
    if whole:
        steps = _steps(rows, height, width, rules, queries_at_once)
        return Plan(rows, columns, Strips(False), steps, with_best)
    strips = Strips(False)
    if rules.reach:
        strips_at_once = queries_at_once
        carried = 1 + 2 * rules.reach
        if memory is None:
            one_strip = (window.size + more_columns) * (LEAST_STEP + carried)
            possible = _quotient(STRIPS.memory, query_bytes)
            strips_at_once = least(possible, most(STRIPS.queries, one_strip))
        widest = most(1, strips_at_once // (LEAST_STEP + carried) - more_columns)
        strip_columns = Blocks.of(window, least(window.size, widest))
        step = most(1, strips_at_once // (strip_columns.size + more_columns) - carried)
        several = rows.count * columns.count > 1  # for a single block there is nothing to hand on
        strips = Strips(inside & far & several, strip_columns, least(rows.span.size, step))
    return Plan(rows, columns, strips, with_best=with_best)


def _steps(rows, height, width, rules, queries_at_once):
    """`Plan.steps` of a whole map, or None."""
    if not known(rows.count, height, width) or rows.single or not rules.reach:
        return None
    looked_at = 2 * (rules.reach + rules.patch_reach)
    size = queries_at_once // (width + 1) - looked_at
    fewest = -(-rows.span.size // MOST_STEPS)
    size = min(size, max(MOST_ROWS, fewest), height - 2 * rules.reach - 1)
    possible = size > 0 and width >= 2 * rules.reach
    steps = Blocks.of(rows.span, size) if possible else None
    return steps if steps and steps.count <= MOST_STEPS else None


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
