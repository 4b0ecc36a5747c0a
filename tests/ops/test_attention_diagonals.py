"""Sums along diagonals, rows of lengths that need no copies, and the page that explains them."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.ops.attention import match_scores, propagate_scores
from inpaint_tf.ops.attention.diagonals import ALIGNED, Diagonals, aligned_length


def entry(matrix, row, column):
    inside = 0 <= row < matrix.shape[0] and 0 <= column < matrix.shape[1]
    return matrix[row, column] if inside else 0.0


@pytest.mark.parametrize("origin", [0, 2])
def test_a_diagonal_sum_looks_back_and_beyond_the_matrix(origin):
    matrix = np.random.default_rng(0).normal(size=(7, 5)).astype(np.float32)
    padded = Diagonals.pad(tf.constant(matrix), 2, 2, 1, origin)
    got = padded.diagonal_sum(1, 1, 3, rows=4, row=-1, column=-1).crop(4, 5)
    want = [
        [sum(entry(matrix, origin + i + d, j + d) for d in (-1, 0, 1)) for j in range(5)]
        for i in range(4)
    ]
    np.testing.assert_allclose(got, want, atol=1e-6)


def test_a_square_sum_is_one_over_the_grids_of_queries_and_keys():
    """Grids of 3x4 and 2x5: one down is four queries and five keys further."""
    matrix = np.random.default_rng(1).normal(size=(12, 10)).astype(np.float32)
    padded = Diagonals.pad(tf.constant(matrix), 8, 5, 6)
    got = padded.square_sum(4, 5, 2, 12, row=-5, column=-6).crop(12, 10)
    back = [(0, 0), (1, 1), (4, 5), (5, 6)]  # none, left, up, both
    want = [
        [sum(entry(matrix, i - p, j - q) for p, q in back) for j in range(10)] for i in range(12)
    ]
    np.testing.assert_allclose(got, want, atol=1e-6)


@pytest.mark.parametrize("columns, down, right", [(37, 1, 1), (44, 7, 6), (44, 6, 4), (50, 4, 3)])
def test_rows_are_as_long_as_makes_steps_aligned_where_that_can_be(columns, down, right):
    length = aligned_length(columns, down, right)
    assert columns <= length < columns + ALIGNED
    possible = any((down * x + right) % ALIGNED == 0 for x in range(ALIGNED))
    assert possible == ((down * length + right) % ALIGNED == 0)
    assert possible or length == columns
    assert aligned_length(tf.constant(columns), down, right) == length


def test_the_page_tells_the_nine_products_of_a_score():
    x = np.random.default_rng(2).normal(size=(1, 3, 4, 5)).astype(np.float32)
    pairs = [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11)]
    pixels = x.reshape(12, 5)
    norm = np.linalg.norm(pixels[[key for _, key in pairs]])
    want = sum(pixels[query] @ pixels[key] for query, key in pairs) / norm
    got = np.reshape(match_scores(x, x, 3), [12, 12])[5, 6]
    np.testing.assert_allclose(got, want, rtol=1e-5)


def test_the_page_tells_who_supports_whom():
    """Query 4 by 3 and 5 along rows, by 0 and 8 along columns; 1 by 8, 8 by 1 along columns."""
    scores = np.zeros([1, 3, 4, 12], np.float32)
    scores.reshape(12, 12)[np.diag_indices(12)] = 2.0 ** np.arange(12)
    got = np.reshape(propagate_scores(scores, 3, (3, 4)), [12, 12]).diagonal()
    rows = {0: (0, 1), 1: (0, 1, 2), 4: (3, 4, 5), 5: (4, 5, 6), 8: (7, 8, 9)}
    columns = {4: (0, 4, 8), 1: (8, 1, 5), 8: (4, 8, 1)}
    for place, supporters in columns.items():
        want = sum(2**i for other in supporters for i in rows[other])
        assert got[place] == want
