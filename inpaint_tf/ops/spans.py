"""Ranges of rows and columns, known beforehand or only when the program runs."""

from typing import Any, NamedTuple

import tensorflow as tf


class Span(NamedTuple):
    """A range of rows or columns; ints if known, else scalar int32 tensors."""

    start: Any
    size: Any

    @property
    def stop(self):
        return self.start + self.size

    def within(self, size, margin=0):
        """This range grown by `margin` on both sides, moved to lie inside 0 .. `size`.

        It keeps its length if that fits: at the border it is shifted rather than cut, so that
        every block of a loop has the same shape.
        """
        count = minimum(size, self.size + 2 * margin)
        return Span(maximum(0, minimum(self.start - margin, size - count)), count)

    def clip(self, size):
        """The part of this range inside 0 .. `size`, or an empty range at the nearer end."""
        start = minimum(maximum(0, self.start), size)
        return Span(start, maximum(0, minimum(self.stop, size) - start))

    def grow(self, margin):
        """This range and `margin` more on both sides."""
        return Span(self.start - margin, self.size + 2 * margin)


def minimum(a, b):
    """The smaller of two ints, an int if both are."""
    return min(a, b) if is_static(a, b) else tf.minimum(a, b)


def maximum(a, b):
    """The larger of two ints, an int if both are."""
    return max(a, b) if is_static(a, b) else tf.maximum(a, b)


def round_up(number, multiple):
    """The smallest multiple that is not below `number`."""
    return (number + multiple - 1) // multiple * multiple


def cond(condition, this, that):
    """`this()` or `that()`: decided now where the condition is a bool, else by `tf.cond`."""
    if isinstance(condition, bool):
        return this() if condition else that()
    return tf.cond(condition, this, that)


def where(condition, this, that):
    """This int or that one, an int if the condition is a bool."""
    if isinstance(condition, bool):
        return this if condition else that
    return tf.where(condition, this, that)


def is_static(*values):
    """Whether all are Python ints."""
    return all(isinstance(value, int) for value in values)


def sizes(x, *axes):
    """Sizes of `x` along `axes`: ints if known, else scalar tensors."""
    known = x.shape
    if all(known[axis] is not None for axis in axes):
        return tuple(known[axis] for axis in axes)
    # One operation for all: a graph has many of these, and each index would take four.
    found = tf.unstack(tf.shape(x), num=known.rank)
    return tuple(found[axis] if known[axis] is None else known[axis] for axis in axes)


def cut(x, axis, start, size):
    """`x[start : start + size]` along `axis`, or `x` itself if that is known to be all of it.

    Its gradient runs in many threads, unlike that of Python's slices.
    """
    return cut_axes(x, {axis: Span(start, size)})


def cut_axes(x, spans):
    """`cut` along several axes in one step; `spans` has a `Span` for each."""
    begin, extent, shape = [0] * x.shape.rank, [-1] * x.shape.rank, x.shape.as_list()
    for axis, span in spans.items():
        if not is_static(*span) or span != (0, shape[axis]):
            begin[axis], extent[axis] = span
            shape[axis] = span.size if is_static(span.size) else None
    if all(is_static(size) and size == -1 for size in extent):
        return x
    part = tf.slice(x, begin, extent)
    part.set_shape(shape)
    return part


def hole_spans(mask):
    """The rows and columns that hold the holes of all items; `mask` is `[B, H, W, 1]`.

    Without any hole they are one row and one column.
    """
    return _first_to_last(mask, [0, 2, 3]), _first_to_last(mask, [0, 1, 3])


def _first_to_last(mask, others):
    # In floats: GPUs have no kernel for the position of the largest integer.
    hit = tf.cast(tf.reduce_max(tf.cast(mask, tf.float32), axis=others) > 0, tf.float32)
    first = tf.argmax(hit, output_type=tf.int32)
    last = tf.shape(hit)[0] - 1 - tf.argmax(hit[::-1], output_type=tf.int32)
    return Span(first, tf.where(tf.reduce_max(hit) > 0, last + 1 - first, 1))


def crop(x, rows, columns):
    """The window of `[B, H, W, C]` in two `Span`s."""
    return cut_axes(x, {1: rows, 2: columns})


def place(window, rows, columns, height, width):
    """Zeros of the given size except in `window`; the inverse of `crop`."""
    down = [rows.start, height - rows.stop]
    right = [columns.start, width - columns.stop]
    return tf.pad(window, [[0, 0], down, right, [0, 0]])
