"""The fast attention against the reference: windows, blocks, both propagations, gradients."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from attention_harness import (
    assert_best_of_window,
    assert_same,
    fast,
    random,
    reference,
    with_gradients,
)

from inpaint_tf.ops.attention.diagonals import sum_slices
from inpaint_tf.ops.attention.fast import attend_in_blocks
from inpaint_tf.ops.attention.keys import Rules
from inpaint_tf.ops.attention.pieces import Pieces
from inpaint_tf.ops.spans import Span, cut

PLENTY, TIGHT, NOTHING = 2**30, 30_000, 1  # bytes: one block, a few, one row each


# batch, query grid, key grid, rate, kernel size, propagation size, masking
CASES = {
    "tall": (2, (7, 4), (7, 4), 2, 3, 3, "multiply"),
    "wide, other background": (2, (3, 8), (6, 5), 2, 3, 3, "multiply"),
    "excluded": (1, (5, 6), (4, 7), 2, 3, 3, "exclude"),
    "no propagation": (2, (6, 3), (5, 6), 1, 3, 1, "multiply"),
    "rate 4, patches of 5": (1, (4, 5), (4, 5), 4, 5, 3, "multiply"),
    "rate 3, propagation of 5": (1, (5, 4), (3, 6), 3, 1, 5, "multiply"),
    "one place": (1, (1, 1), (1, 1), 2, 3, 3, "multiply"),
    "one row, one column": (2, (1, 6), (5, 1), 2, 3, 3, "multiply"),
}


@functools.cache
def wanted_of(name):
    """The reference's features, best keys and gradients."""
    return with_gradients(reference, *inputs_of(name))


def inputs_of(name):
    batch, queries, keys, rate, *options = CASES[name]
    foreground = random(batch, queries[0] * rate, queries[1] * rate, 5, seed=1)
    background = random(batch, keys[0] * rate, keys[1] * rate, 5, seed=2)
    holes = np.random.default_rng(3).random((batch, keys[0] * rate, keys[1] * rate, 1)) > 0.95
    return foreground, background, tf.constant(holes, tf.float32), rate, *options


@pytest.mark.parametrize("memory", [PLENTY, TIGHT, NOTHING])
@pytest.mark.parametrize("name", CASES)
def test_equals_the_reference(name, memory):
    assert_same(with_gradients(fast, *inputs_of(name), memory=memory), wanted_of(name))


def test_without_a_mask_equals_the_reference():
    foreground, background, _, *rest = inputs_of("tall")
    inputs = (foreground, background, None, *rest)
    assert_same(with_gradients(fast, *inputs), with_gradients(reference, *inputs))


@pytest.mark.slow
@pytest.mark.parametrize("memory", [PLENTY, TIGHT])
def test_equals_the_reference_where_no_size_is_known(memory):
    foreground, background, mask, *rest = inputs_of("wide, other background")
    spec = [tf.TensorSpec([None, None, None, channels]) for channels in (5, 5, 1)]

    @tf.function(input_signature=spec)
    def run(foreground, background, mask):
        return with_gradients(fast, foreground, background, mask, *rest, memory=memory)

    assert_same(run(foreground, background, mask), wanted_of("wide, other background"))


@pytest.mark.parametrize("memory", [PLENTY, pytest.param(TIGHT, marks=pytest.mark.slow)])
def test_compiled_equals_the_reference(memory):
    inputs = inputs_of("tall")
    run = tf.function(lambda: with_gradients(fast, *inputs, memory=memory), jit_compile=True)
    assert_same(run(), wanted_of("tall"))


@pytest.mark.parametrize("grid", [(6, 9), (7, 3), (5, 10)])
@pytest.mark.parametrize("rate, propagation_size", [(1, 3), (2, 3), (2, 1)])
def test_a_part_of_the_features_is_a_part_of_all(grid, rate, propagation_size):
    height, width = (side * rate for side in grid)
    foreground, background = random(1, height, width, 3), random(1, 5 * rate, 4 * rate, 3, seed=1)
    inputs = (foreground, background, None, rate, 3, propagation_size, "multiply")
    whole, want_best = reference(*inputs)
    rng = np.random.default_rng(2)
    for number, left in enumerate(range(0, width, 2)):
        top, right = rng.integers(0, height), rng.integers(left + 1, width + 1)
        bottom = rng.integers(top + 1, height + 1)
        needed = Span(int(top), int(bottom - top)), Span(int(left), int(right - left))
        memory = (PLENTY, TIGHT, NOTHING)[number % 3]
        with_best = True if number % 2 else None
        got, best = fast(*inputs, memory=memory, needed=needed, with_best=with_best)
        np.testing.assert_allclose(got, whole[:, top:bottom, left:right], atol=1e-5)
        if with_best:
            assert_best_of_window(best, want_best, needed, rate)
        else:
            assert best is None


def test_a_tight_budget_makes_no_large_tensor():
    rules = ((32, 32), 3, 3, 10.0, "multiply")
    x = random(1, 64, 64, 4)

    def largest(memory):
        run = tf.function(lambda x: attend_in_blocks(x, x, None, Rules(*rules), 2, memory=memory))
        graphs = [run.get_concrete_function(x).graph]
        sizes = []
        while graphs:
            graph = graphs.pop()
            graphs += [f.graph for f in graph._functions.values() if hasattr(f, "graph")]
            shapes = [out.shape for op in graph.get_operations() for out in op.outputs]
            sizes += [s.num_elements() or 0 for s in shapes if s.rank is not None]
        return max(sizes)

    assert largest(PLENTY) >= 1024 * 1024
    assert largest(4 * 2**20) < 1024 * 1024 / 2  # steps
    assert largest(2**20) < 1024 * 1024 / 2  # blocks of one row


def test_pieces_cover_a_range_once():
    pieces = Pieces.of(Span(3, 10), 4)
    assert (pieces.count, pieces.size) == (3, 4)
    assert [pieces.piece(i) for i in range(3)] == [Span(3, 2), Span(5, 4), Span(9, 4)]
    laid = np.concatenate([np.arange(s.start, s.stop) for s in map(pieces.piece, range(3))])
    np.testing.assert_array_equal(laid, np.arange(3, 13))


def test_a_span_is_moved_inside_rather_than_cut():
    assert Span(-1, 4).within(10) == Span(0, 4)
    assert Span(8, 4).within(10) == Span(6, 4)
    assert Span(4, 2).within(10, margin=1) == Span(3, 4)
    assert Span(1, 2).within(3, margin=5) == Span(0, 3)


def test_sum_of_slices_and_its_gradient():
    flat = tf.constant([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
    with tf.GradientTape() as tape:
        tape.watch(flat)
        got = sum_slices(flat, 1, 2, 3, 2)
    np.testing.assert_array_equal(got, [2.0 + 8.0 + 32.0, 4.0 + 16.0 + 64.0])
    gradient = tape.gradient(got, flat, tf.constant([1.0, 10.0]))
    np.testing.assert_array_equal(gradient, [0.0, 1.0, 10.0, 1.0, 10.0, 1.0, 10.0])


def test_gradient_of_rows_taken_where_the_first_is_a_tensor():
    x = random(5, 2)
    first = tf.constant(2)
    with tf.GradientTape() as tape:
        tape.watch(x)
        got = cut(x, 0, first, 2)
    np.testing.assert_array_equal(got, x[2:4])
    gradient = tape.gradient(got, x, tf.constant([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(gradient, [[0, 0], [0, 0], [1, 2], [3, 4], [0, 0]])
