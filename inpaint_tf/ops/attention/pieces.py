"""A range of rows or columns in pieces, computed one after another."""

from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.spans import Span, is_static, maximum

MOST_UNROLLED = 32  # pieces that get operations of their own in the graph; XLA needs that


class Pieces(NamedTuple):
    """A range in pieces; if it cannot be divided evenly the first piece is smaller.

    span: `Span` of the whole.
    size: of one piece.
    count: number of pieces.
    """

    span: Span
    size: Any
    count: Any

    @classmethod
    def of(cls, span, most_at_once):
        """As few pieces as possible, of nearly the same size."""
        count = (span.size + most_at_once - 1) // most_at_once
        return cls(span, (span.size + count - 1) // count, count)

    def piece(self, index):
        stop = self.span.stop - (self.count - 1 - index) * self.size
        start = maximum(self.span.start, stop - self.size)
        return Span(start, stop - start)

    @property
    def single(self):
        """Whether it is known beforehand that there is one piece only."""
        return is_static(self.count) and self.count == 1


def one_after_another(pieces, function, state, specs=()):
    """Computes every piece and hands `state` on from one to the next.

    If their number is known, and not too large, each piece gets its own part of the graph, where
    TensorFlow knows its size; otherwise they are computed in a loop, which XLA cannot compile.

    Args:
        pieces: `Pieces`.
        function: of (span, state) to (results, state), two lists.
        state: list of tensors whose first axis may change.
        specs: `TensorSpec`s of the results.

    Returns:
        (results, state): the results of all pieces joined along their first axis, and the last
        state.
    """
    if is_static(pieces.count) and pieces.count <= MOST_UNROLLED:
        done, last = [], []
        for index in range(pieces.count):
            with tf.control_dependencies(last):  # not at once, for memory's sake
                results, state = function(pieces.piece(index), state)
            done.append(results)
            last = [*results, *state]
        joined = [parts[0] if len(parts) == 1 else tf.concat(parts, 0) for parts in zip(*done)]
        return joined, state

    def one(index, state, arrays):
        results, state = function(pieces.piece(index), state)
        arrays = [array.write(index, result) for array, result in zip(arrays, results)]
        return index + 1, state, arrays

    arrays = [
        tf.TensorArray(spec.dtype, pieces.count, infer_shape=False, element_shape=spec.shape)
        for spec in specs
    ]
    shapes = [tf.TensorShape([None, *x.shape[1:]]) for x in state]
    _, state, arrays = tf.while_loop(
        lambda index, *_: index < pieces.count,
        one,
        (0, state, arrays),
        shape_invariants=(tf.TensorShape([]), shapes, [None] * len(arrays)),
        parallel_iterations=1,
    )
    return [array.concat() for array in arrays], state
