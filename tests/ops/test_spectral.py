"""The spectral norm by power iteration, and the three ways to differentiate it."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.ops.spectral import normalize_spectrum, normalize_spectrum_held


def random(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape), tf.float32)


def unit(x):
    return x / (tf.norm(x) + 1e-12)


def written_out(kernel, u, first):
    """The formula, differentiated by TensorFlow; `first` is what the first product's gradient uses
    in place of `u`."""
    matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
    value, slope = (tf.matmul(each, matrix, transpose_b=True) for each in (u, first))
    a = tf.stop_gradient(value - slope) + slope
    v = unit(a)
    b = v @ matrix
    new_u = unit(b)
    return kernel / tf.reduce_sum(b * new_u), new_u


def gradient_of(normalize, kernel, u):
    weight = random(*kernel.shape, seed=5)
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        loss = tf.reduce_sum(normalize(kernel, u)[0] * weight)
    return tape.gradient(loss, kernel)


@pytest.mark.parametrize("normalize", [normalize_spectrum, normalize_spectrum_held])
def test_iterations_lead_to_the_largest_singular_value(normalize):
    kernel, u = random(3, 3, 4, 6), random(1, 6, seed=1)
    for _ in range(200):
        divided, u = normalize(kernel, u)
    largest = np.linalg.svd(np.reshape(kernel, [-1, 6]), compute_uv=False)[0]
    np.testing.assert_allclose(np.asarray(kernel) / divided, largest, rtol=1e-5)
    np.testing.assert_allclose(tf.norm(u), 1, rtol=1e-5)


@pytest.mark.parametrize("normalize", [normalize_spectrum, normalize_spectrum_held])
def test_one_evaluation_is_one_iteration(normalize):
    kernel, u = random(3, 3, 4, 6), random(1, 6, seed=1)
    for got, want in zip(normalize(kernel, u), written_out(kernel, u, u)):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_backward_pass_reads_the_vector_already_updated():
    kernel, u = random(3, 3, 4, 6), random(1, 6, seed=1)
    got = gradient_of(normalize_spectrum, kernel, u)
    new_u = written_out(kernel, u, u)[1]
    want = gradient_of(lambda kernel, u: written_out(kernel, u, new_u), kernel, u)
    np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)
    # ... which is neither what TensorFlow makes of the formula nor the usual form.
    exact = gradient_of(lambda kernel, u: written_out(kernel, u, u), kernel, u)
    held = gradient_of(normalize_spectrum_held, kernel, u)
    for other in (exact, held):
        assert np.abs(got - other).max() > 0.01 * np.abs(got).max()


def test_once_the_iteration_has_settled_all_three_are_one():
    kernel, u = random(3, 3, 4, 6), random(1, 6, seed=1)
    for _ in range(300):
        _, u = normalize_spectrum(kernel, u)
    got = gradient_of(normalize_spectrum, kernel, u)
    for other in (normalize_spectrum_held, lambda kernel, u: written_out(kernel, u, u)):
        np.testing.assert_allclose(got, gradient_of(other, kernel, u), rtol=1e-3, atol=1e-5)


def test_no_gradient_reaches_the_vector():
    kernel, u = random(3, 3, 4, 6), random(1, 6, seed=1)
    for normalize in (normalize_spectrum, normalize_spectrum_held):
        with tf.GradientTape() as tape:
            tape.watch(u)
            loss = tf.reduce_sum(normalize(kernel, u)[0])
        gradient = tape.gradient(loss, u)
        assert gradient is None or not np.any(gradient)
