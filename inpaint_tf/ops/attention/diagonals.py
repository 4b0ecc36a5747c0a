"""Matrices that can be summed along diagonals: all that the fast path does to scores.

A matrix of queries and keys is stored as one vector, row after row. A step of `down` rows and
`right` columns is a step of `down * length + right` numbers in that vector, so a sum along a
diagonal is a sum of slices, each starting that much further than the one before.

TensorFlow's CPU kernels copy a slice of a vector unless it begins and ends at a multiple of
`ALIGNED` numbers. Copies would take most of the time, so rows are lengthened until steps are such
multiples. All of that happens here: nothing outside rounds a length or a number of rows.
"""

from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.spans import is_static, round_up, sizes

ALIGNED = 16
SPARE = ALIGNED  # rows after the last one that counts, into which sums may run


class Diagonals(NamedTuple):
    """A matrix as a vector; a step beyond the end of a row arrives in the next one.

    flat: the rows, each of `length` numbers; after those that count come some with arbitrary ones.
    length: of a row, including the numbers that only lengthen it.
    origin: which row is row 0.
    """

    flat: tf.Tensor
    length: Any
    origin: Any = 0

    @classmethod
    def of(cls, matrix):
        """`matrix` as it is; its last `SPARE` rows are those that do not count."""
        return cls(tf.reshape(matrix, [-1]), sizes(matrix, 1)[0])

    @classmethod
    def products(cls, queries, keys, size, dtype):
        """Inner products of `[Q, C]` with `[K, C]`, ready for `square_sum`s of this size.

        K must be an `aligned_length`.
        """
        queries = tf.pad(queries, [[0, ALIGNED + 2 * size], [0, 0]])
        return cls.of(tf.cast(tf.matmul(queries, keys, transpose_b=True), dtype))

    @classmethod
    def pad(cls, matrix, above, below, right, origin=0):
        """`matrix` with at least so many zeros around it; its row `origin` becomes row 0."""
        (columns,) = sizes(matrix, 1)
        length = aligned_length(columns + right)
        above += -(origin + above) % ALIGNED
        matrix = tf.pad(matrix, [[above, below + ALIGNED], [0, length - columns]])
        return cls(tf.reshape(matrix, [-1]), length, origin + above)

    def diagonal_sum(self, down, right, size, rows, row=0, column=0):
        """`sum over i < size of self[row + r + i * down, column + c + i * right]`.

        Args:
            rows: number of rows r to compute.
            row, column: may be negative.

        Returns:
            `Diagonals`, r and c counting from 0.
        """
        first = (self.origin + row) * self.length + column
        numbers = round_up(rows, ALIGNED) * self.length
        step = down * self.length + right
        return Diagonals(sum_slices(self.flat, first, step, size, numbers), self.length)

    def square_sum(self, width, key_width, size, rows, row=0, column=0):
        """`diagonal_sum` over `size` x `size`: queries and keys lie on grids this wide."""
        first = (self.origin + row) * self.length + column
        numbers = round_up(rows, ALIGNED) * self.length
        right, down = self.length + 1, width * self.length + key_width
        # The first sum begins a little early, at an aligned number; the second skips the rest.
        early = first % ALIGNED
        enough = round_up(numbers + (size - 1) * down + early, ALIGNED)
        flat = sum_slices(self.flat, first - early, right, size, enough)
        return Diagonals(sum_slices(flat, early, down, size, numbers), self.length)

    def matrix(self):
        """`[.., length]`, including the rows that do not count."""
        return tf.reshape(self.flat, [-1, self.length])

    def crop(self, rows, columns):
        """`[rows, columns]`, the first of each."""
        return crop_matrix(self.matrix(), rows, columns)

    def grid(self, rows, columns):
        """`[rows, columns, length]`, where the rows of the matrix are positions of a grid."""
        flat = tf.slice(self.flat, [0], [rows * columns * self.length])
        return tf.reshape(flat, [rows, columns, self.length])


def aligned_length(columns, down=1, right=1):
    """The smallest length of rows with which such a step is aligned, or `columns` if none is."""
    if is_static(columns, down, right):
        lengths = range(columns, columns + ALIGNED)
        return next((x for x in lengths if not (down * x + right) % ALIGNED), columns)
    lengths = columns + tf.range(ALIGNED)
    beside = tf.cast((down * lengths + right) % ALIGNED > 0, tf.float32)
    return lengths[tf.argmin(beside)]


def crop_matrix(x, rows, columns, first=0):
    """`x[:rows, first : first + columns]`, as a slice of rank 3: those of rank 2 use one thread."""
    return tf.slice(x[tf.newaxis], [0, 0, first], [1, rows, columns])[0]


def sum_slices(flat, first, step, size, count):
    """`sum over i < size of flat[first + i * step : ... + count]`.

    Its gradient is a sum of the same kind; by itself TensorFlow would make `size` padded copies.
    """

    @tf.custom_gradient
    def compute(flat):
        def gradient(upstream):
            rim = (size - 1) * step
            upstream = tf.pad(upstream, [[rim, rim]])
            inner = sum_slices(upstream, 0, step, size, count + rim)
            return tf.pad(inner, [[first, sizes(flat, 0)[0] - first - count - rim]])

        slices = [tf.slice(flat, [first + i * step], [count]) for i in range(size)]
        return tf.add_n(slices), gradient

    return compute(flat)
