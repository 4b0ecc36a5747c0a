"""Muon against NumPy in float64, and what it promises about its steps."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.training.adam import Adam
from inpaint_tf.training.muon import Muon, orthogonal

RATE = 1e-2


def random(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def numpy_orthogonal(matrix):
    """The iteration works on singular values alone, so that SVD gives the same result."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    values = values / np.linalg.norm(values)
    for _ in range(5):
        values = 3.4445 * values - 4.7750 * values**3 + 2.0315 * values**5
    return left * values @ right


def numpy_muon(kernel, gradients, momentum):
    mean = np.zeros_like(kernel, np.float64)
    for gradient in gradients:
        mean = momentum * mean + (1 - momentum) * gradient
        ahead = (momentum * mean + (1 - momentum) * gradient).reshape(-1, kernel.shape[-1])
        step = numpy_orthogonal(ahead).reshape(kernel.shape)
        kernel = kernel - RATE * np.sqrt(max(ahead.shape)) * step
    return kernel


@pytest.mark.parametrize("shape", [(40, 12), (12, 40), (16, 16), (125, 24)])
def test_orthogonal_keeps_directions_and_evens_out_their_sizes(shape):
    # Singular values from 1 to 1/20.
    left, _, right = np.linalg.svd(random(shape), full_matrices=False)
    matrix = left * np.geomspace(1, 0.05, min(shape)) @ right
    got = orthogonal(tf.constant(matrix, tf.float32)).numpy()
    np.testing.assert_allclose(got, numpy_orthogonal(matrix), atol=2e-5)
    values = np.linalg.svd(got, compute_uv=False)
    assert values.min() > 0.6 and values.max() < 1.25
    assert np.all(np.diag(left.T @ got @ right.T) > 0.6)


def test_nothing_stays_nothing():
    np.testing.assert_array_equal(orthogonal(tf.zeros([6, 9])), np.zeros([6, 9]))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_agrees_with_numpy(momentum):
    kernel = tf.Variable(random([3, 2, 5, 8]))
    want, muon = kernel.numpy(), Muon([kernel], momentum=momentum)
    gradients = [random(kernel.shape, seed) for seed in (1, 2, 3)]
    for gradient in gradients:
        muon.apply([tf.constant(gradient)], [kernel], RATE)
    np.testing.assert_allclose(kernel, numpy_muon(want, gradients, momentum), atol=2e-5)


@pytest.mark.parametrize("shape", [(3, 3, 24, 48), (5, 5, 5, 24), (3, 3, 96, 12)])
def test_the_step_has_the_size_of_the_learning_rate_whatever_the_gradient(shape):
    for scale in (1e-6, 1e3):
        kernel = tf.Variable(tf.zeros(shape))
        Muon([kernel]).apply([tf.constant(scale * random(shape))], [kernel], RATE)
        assert 0.7 * RATE < np.sqrt(np.mean(kernel.numpy() ** 2)) < 1.2 * RATE


def test_biases_and_output_layers_have_adam():
    shapes = ([8], [3, 3, 12, 3], [7, 9])
    ours, theirs = ([tf.Variable(random(s)) for s in shapes] for _ in range(2))
    kernel = tf.Variable(random([3, 3, 8, 8]))
    muon, adam = Muon([kernel, *ours], 0.5, 0.9, 1e-3), Adam(theirs, 0.5, 0.9, 1e-3)
    for seed in (1, 2):
        gradients = [tf.constant(random(s, seed)) for s in shapes]
        muon.apply([tf.constant(random(kernel.shape, seed)), *gradients], [kernel, *ours], RATE)
        adam.apply(gradients, theirs, RATE)
    for one, other in zip(ours, theirs):
        np.testing.assert_array_equal(one, other)


def test_without_gradient_nothing_moves():
    kernel, bias = tf.Variable(random([3, 3, 8, 8])), tf.Variable(random([8]))
    before = kernel.numpy(), bias.numpy()
    Muon([kernel, bias]).apply([None, None], [kernel, bias], 1.0)
    np.testing.assert_array_equal(kernel, before[0])
    np.testing.assert_array_equal(bias, before[1])


def test_names_kernels_by_their_places():
    """A checkpoint is read by these names."""
    first, bias, second = (tf.Variable(random(s)) for s in ([3, 3, 8, 8], [8], [3, 3, 6, 8]))
    muon = Muon([first, bias, second])
    named = muon.named("o")
    assert [named[f"o/kernels/{n}/mean"].shape[2] for n in (0, 1)] == [8, 6]


def test_names_all_that_it_remembers():
    kernel, bias = tf.Variable(random([3, 3, 8, 8])), tf.Variable(random([8]))
    muon = Muon([kernel, bias])
    muon.apply([tf.constant(kernel.numpy()), tf.constant(bias.numpy())], [kernel, bias], RATE)
    named = muon.named("optimizer")
    assert set(named) == {
        "optimizer/iterations",
        "optimizer/0/mean",
        "optimizer/0/square",
        "optimizer/kernels/0/mean",
    }
    assert all(np.any(variable.numpy()) for variable in named.values())


def test_mirrored_kernels_take_the_same_step():
    def one_step():
        kernel, bias = tf.Variable(random([3, 3, 8, 8])), tf.Variable(random([8]))
        muon = Muon([kernel, bias])
        gradients = [tf.constant(random(v.shape, 1)) for v in (kernel, bias)]
        return [kernel, bias], lambda: muon.apply(gradients, [kernel, bias], RATE)

    alone, step = one_step()
    step()
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        mirrored, step = one_step()
    tf.function(lambda: strategy.run(step))()
    for one, other in zip(alone, mirrored):
        np.testing.assert_allclose(other.numpy(), one.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    "shape, taken",
    [((3, 3, 8, 5), True), ((3, 3, 8, 4), False), ((1, 1, 5, 8), True), ((1, 1, 4, 8), False)],
)
def test_kernels_of_five_rows_and_columns_are_worth_it(shape, taken):
    kernel = tf.Variable(random(shape))
    names = set(Muon([kernel]).named("o"))
    assert ("o/kernels/0/mean" in names) == taken
    assert ("o/0/mean" in names) != taken


def test_what_it_takes_where_nothing_is_said():
    kernel, ours, theirs = (tf.Variable(random(s)) for s in ([3, 3, 5, 8], [8], [8]))
    want, muon, adam = kernel.numpy(), Muon([kernel, ours]), Adam([theirs], 0.9, 0.99, 1e-8)
    gradients = [random(kernel.shape, seed) for seed in (1, 2, 3)]
    for seed, gradient in enumerate(gradients):
        other = tf.constant(random([8], seed) * 1e-7)
        muon.apply([tf.constant(gradient), other], [kernel, ours], RATE)
        adam.apply([other], [theirs], RATE)
    np.testing.assert_allclose(kernel, numpy_muon(want, gradients, 0.95), atol=2e-5)
    np.testing.assert_array_equal(ours, theirs)
