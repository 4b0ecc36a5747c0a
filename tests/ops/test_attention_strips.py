"""Attention in strips, around a hole and of a whole map, against the reference."""

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

from inpaint_tf.ops.attention.budget import make_plan
from inpaint_tf.ops.attention.keys import Rules
from inpaint_tf.ops.attention.pieces import MOST_UNROLLED
from inpaint_tf.ops.spans import Span

GRID = (15, 17)  # of the queries
MAP_GRID = (9, 11)  # of the queries of maps that are done as a whole
BUDGETS = {"one step": 300, "steps": 218, "strips and steps": 119, "row by row": 0}  # queries


def inputs_of(rate, kernel_size, propagation_size, masking, key_grid=(5, 4), grid=GRID):
    height, width = (side * rate for side in grid)
    foreground = random(2, height, width, 3)
    background = random(2, key_grid[0] * rate, key_grid[1] * rate, 3, seed=1)
    mask = np.zeros([2, key_grid[0] * rate, key_grid[1] * rate, 1], np.float32)
    mask[0, :rate, : 2 * rate] = mask[1, -rate:, rate:] = 1
    rest = (rate, kernel_size, propagation_size, masking)
    return (foreground, background, tf.constant(mask), *rest)


def memory_for(queries, kernel_size):
    """Bytes that let as many queries be computed at once, at least one byte."""
    around = kernel_size - 1
    return max(1, queries * 3 * 4 * (5 + around) * (4 + around))


def is_narrow(plan):
    """Whether only columns around the window are computed."""
    return plan.columns.span != (0, GRID[1] + 1)


def plan_of(inputs, needed, memory, whole=False):
    foreground, _, _, rate, kernel_size, propagation_size, masking = inputs
    queries = foreground[:, ::rate, ::rate]
    rules = Rules((5, 4), kernel_size, propagation_size, 3.0, masking)
    return make_plan(queries, rules, rate, *needed, memory, whole)


def inner(rate, propagation_size):
    """A large window away from all borders, in features; tiles begin `rate // 2` before them."""
    radius = propagation_size // 2
    away = (1 + radius, radius + 2)  # of rows and columns of tiles from the map's border
    firsts = [number * rate - rate // 2 for number in away]
    stops = [(side + 1 - number) * rate - rate // 2 for side, number in zip(GRID, away)]
    return tuple(Span(first, stop - first) for first, stop in zip(firsts, stops))


CASES = {
    "as published": (2, 3, 3, "multiply"),
    "excluded, rate 1": (1, 3, 3, "exclude"),
    "patches of one pixel": (2, 1, 3, "multiply"),
    "propagation of 5": (2, 3, 5, "multiply"),
    "patches of 5": (3, 5, 3, "multiply"),
}


@functools.cache  # it takes longer than what is compared with it
def wanted_of(name, grid=GRID):
    """The reference's features, best keys and gradients."""
    return with_gradients(reference, *inputs_of(*CASES[name], grid=grid))


def opposite_corners(window, size):
    """The first and the last `size` rows and columns of a window."""
    first = tuple(Span(span.start, size) for span in window)
    last = tuple(Span(span.stop - size, size) for span in window)
    return first, last


@pytest.mark.parametrize("queries", BUDGETS.values(), ids=BUDGETS)
@pytest.mark.parametrize("name", CASES)
def test_equal_the_reference(name, queries):
    rate, kernel_size, propagation_size, _ = CASES[name]
    memory = memory_for(queries, kernel_size)
    if name == "patches of one pixel":
        memory = memory * 5 // 6  # at 289 queries a single block would do
    inputs = inputs_of(*CASES[name])
    windows = [inner(rate, propagation_size)]
    if not queries:  # a step for every row and column takes long; the corners reach all four ends
        windows = opposite_corners(*windows, 4 * rate)
    whole, want_best, *_ = wanted_of(name)
    for needed in windows:
        assert is_narrow(plan_of(inputs, needed, memory))
        got, best = fast(*inputs, memory=memory, needed=needed, with_best=True)
        rows, columns = needed
        want = whole[:, rows.start : rows.stop, columns.start : columns.stop]
        np.testing.assert_allclose(got, want, atol=1e-5)
        assert_best_of_window(best, want_best, needed, rate)


def test_the_budgets_are_what_they_are_called():
    inputs = inputs_of(*CASES["as published"])
    found = {}
    for name, queries in BUDGETS.items():
        plan = plan_of(inputs, inner(2, 3), memory_for(queries, 3))
        found[name] = (plan.columns.count > 1, plan.rows.count > 1, plan.rows.size == 1)
    assert found == {
        "one step": (False, False, False),
        "steps": (False, True, False),
        "strips and steps": (True, True, False),
        "row by row": (True, True, True),
    }


@pytest.mark.parametrize("queries", [300, pytest.param(30, marks=pytest.mark.slow)])
def test_at_the_border_equal_the_reference(queries):
    """Beyond the left and the right border the numbering runs on at the other."""
    inputs = inputs_of(*CASES["as published"])
    whole, want_best, *_ = wanted_of("as published")
    rows, columns = inner(2, 3)
    if queries == 30:  # a step for every row and column, so of few columns
        columns = Span(columns.start, 6)
    windows = {
        "away from it": (rows, columns),
        "above": (Span(0, 7), columns),
        "below": (Span(25, 5), columns),
        "above and below": (Span(0, 30), columns),
        "left": (rows, Span(columns.start - 1, 3)),
        "right": (rows, Span(inner(2, 3)[1].stop - 2, 3)),
        "a corner": (Span(27, 3), Span(0, 4)),
        "another corner": (Span(0, 5), Span(29, 5)),
        "near the left": (rows, Span(4, 3)),
    }
    for name, window in windows.items():
        plan = plan_of(inputs, window, memory_for(queries, 3))
        assert is_narrow(plan), name
        memory = memory_for(queries, 3)
        got, best = fast(*inputs, memory=memory, needed=window, with_best=True)
        down, right = (slice(span.start, span.stop) for span in window)
        np.testing.assert_allclose(got, whole[:, down, right], atol=1e-5, err_msg=name)
        assert_best_of_window(best, want_best, window, 2)


def test_a_window_that_fits_is_a_single_step():
    plan = plan_of(inputs_of(*CASES["as published"]), inner(2, 3), 2**30)
    assert plan.rows.single and plan.columns.single and plan.blocks.single
    assert is_narrow(plan)


@pytest.mark.parametrize("memory", [None, 110_000, 60_000])
def test_equal_the_reference_where_no_size_is_known(memory):
    foreground, background, mask, *rest = inputs_of(*CASES["as published"])
    spec = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 3, 1)]
    spec += [tf.TensorSpec([4], tf.int32)]

    @tf.function(input_signature=spec)
    def run(foreground, background, mask, window):
        needed = Span(window[0], window[1]), Span(window[2], window[3])
        return fast(foreground, background, mask, *rest, memory=memory, needed=needed)[0]

    whole, _ = reference(foreground, background, mask, *rest)
    (top, height), (left, width) = inner(2, 3)
    inside = [top, height, left, width], [top, 1, left, 1]
    above_and_below = [0, 30, left, width], [0, 3, left, 4], [29, 1, left, 4]
    others = [0, 30, 0, 34], [25, 4, 9, 3], [9, 4, 0, 3]
    for window in (*inside, *above_and_below, *others):
        top, height, left, width = window
        got = run(foreground, background, mask, tf.constant(window))
        want = whole[:, top : top + height, left : left + width]
        np.testing.assert_allclose(got, want, atol=1e-5)


def test_gradients_are_those_of_the_reference():
    foreground, background, *rest = inputs_of(*CASES["as published"])
    needed = inner(2, 3)
    (top, height), (left, width) = needed
    upstream = random(2, height, width, 3, seed=5)

    def gradients(call):
        with tf.GradientTape() as tape:
            tape.watch([foreground, background])
            features = call(foreground, background)
        return tape.gradient(features, [foreground, background], upstream)

    got = gradients(lambda f, b: fast(f, b, *rest, memory=110_000, needed=needed)[0])
    want = gradients(
        lambda f, b: reference(f, b, *rest)[0][:, top : top + height, left : left + width]
    )
    for found, expected in zip(got, want):
        limit = 1e-5 * float(np.abs(expected).max())
        np.testing.assert_allclose(found, expected, atol=limit)


def steps_of_map(inputs, memory):
    """The steps in which the whole map is done."""
    whole = tuple(Span(0, side) for side in inputs[0].shape[1:3])
    return plan_of(inputs, whole, memory, whole=True).rows


# Queries at once that make steps of so many rows: twelve columns, and what the steps look at.
MAP_STEPS = {"a row each": 1, "one row is left": 3, "uneven": 4, "halves": 5}


def map_cases():
    """Every kind of steps as published, and the extremes of them with other options."""
    for name in CASES:
        for kind, rows in MAP_STEPS.items():
            between = name != "as published" and kind in ("one row is left", "uneven")
            marks = [pytest.mark.slow] * between
            yield pytest.param(name, rows, marks=marks, id=f"{name}-{kind}")


@pytest.mark.parametrize("name, rows", map_cases())
def test_a_whole_map_in_steps_equals_the_reference(name, rows):
    _, kernel_size, propagation_size, _ = CASES[name]
    looked_at = propagation_size - 1 + kernel_size - 1
    inputs = inputs_of(*CASES[name], grid=MAP_GRID)
    memory = memory_for((rows + looked_at) * 12, kernel_size)
    steps = steps_of_map(inputs, memory)
    count = 9 + (inputs[3] > 1)
    assert (steps.span, steps.count) == ((0, count), -(-count // rows))
    assert_same(with_gradients(fast, *inputs, memory=memory), wanted_of(name, MAP_GRID))


@pytest.mark.slow
@pytest.mark.parametrize("compiled", [False, True])
def test_a_whole_map_in_steps_in_a_graph(compiled):
    inputs = inputs_of(*CASES["as published"], grid=(5, 7))
    memory = memory_for(6 * 8, 3)
    assert steps_of_map(inputs, memory).count == 3
    run = tf.function(lambda: with_gradients(fast, *inputs, memory=memory), jit_compile=compiled)
    assert_same(run(), with_gradients(reference, *inputs))


def test_a_whole_map_is_one_step_where_it_fits_and_else_as_many_as_need_be():
    inputs = inputs_of(*CASES["as published"])
    assert steps_of_map(inputs, 2**30).single
    for rows in (5, 4, 1):  # of which one is left, or none, or less
        assert steps_of_map(inputs, memory_for(rows * 18, 3)) == (Span(0, 16), 1, 16)
    assert steps_of_map(inputs_of(2, 3, 1, "multiply"), memory_for(9 * 18, 3)).count == 3


@pytest.mark.parametrize("propagation_size", [3, 5, 1])
def test_more_steps_than_are_unrolled_equal_the_reference(propagation_size):
    foreground, background = random(1, 36, 4, 3), random(1, 10, 8, 3, seed=1)
    inputs = (foreground, background, None, 1, 3, propagation_size, "multiply")
    assert MOST_UNROLLED < 36
    got = with_gradients(fast, *inputs, memory=1)
    assert_same(got, with_gradients(reference, *inputs))
