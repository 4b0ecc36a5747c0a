"""Adam against a NumPy loop in float64."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.training.adam import Adam


def oracle(value, gradients, rate, first_step=1, beta_1=0.5, beta_2=0.9, epsilon=1e-8):
    mean = square = np.zeros_like(value, np.float64)
    for t, gradient in enumerate(gradients, first_step):
        mean = beta_1 * mean + (1 - beta_1) * gradient
        square = beta_2 * square + (1 - beta_2) * gradient**2
        corrected = rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        value = value - corrected * mean / (np.sqrt(square) + epsilon)
    return value


def gradients(count, seed=0, scale=1.0):
    return scale * np.random.default_rng(seed).normal(size=[count, 3, 2]).astype(np.float32)


@pytest.mark.parametrize("scale", [1.0, 1e-8])
def test_agrees_with_numpy(scale):
    variable = tf.Variable(tf.ones([3, 2]))
    adam, given = Adam([variable]), gradients(5, scale=scale)
    for gradient in given:
        adam.apply([tf.constant(gradient)], [variable], 1e-2)
    np.testing.assert_allclose(variable, oracle(np.ones([3, 2]), given, 1e-2), atol=2e-6)


def test_keras_adam_is_the_same():
    ours, theirs = (
        tf.Variable(tf.ones([3, 2])),
        tf.keras.Variable(np.ones([3, 2]))
        if hasattr(tf.keras, "Variable")
        else tf.Variable(tf.ones([3, 2])),
    )
    adam = Adam([ours])
    keras_adam = tf.keras.optimizers.Adam(1e-2, beta_1=0.5, beta_2=0.9, epsilon=1e-8)
    for gradient in gradients(5):
        adam.apply([tf.constant(gradient)], [ours], 1e-2)
        keras_adam.apply_gradients([(tf.constant(gradient), theirs)])
    np.testing.assert_allclose(ours, np.asarray(theirs), atol=1e-6)


def test_a_shared_counter_counts_both_players():
    critic, generator = tf.Variable(tf.ones([3, 2])), tf.Variable(tf.ones([3, 2]))
    adam, given = Adam([critic, generator]), gradients(3)
    for gradient in given[:2]:
        adam.apply([tf.constant(gradient)], [critic], 1e-2)
    adam.apply([tf.constant(given[2])], [generator], 1e-2)
    assert int(adam.iterations) == 3
    want = oracle(np.ones([3, 2]), given[2:], 1e-2, first_step=3)
    np.testing.assert_allclose(generator, want, atol=2e-6)


def test_without_gradient_nothing_moves():
    variable = tf.Variable(tf.ones([2]))
    Adam([variable]).apply([None], [variable], 1.0)
    np.testing.assert_array_equal(variable, [1, 1])


def test_takes_over_the_slots_of_another():
    variable, other = tf.Variable(tf.ones([3, 2])), tf.Variable(tf.zeros([1]))
    given = gradients(4)
    first = Adam([variable])
    for gradient in given[:2]:
        first.apply([tf.constant(gradient)], [variable], 1e-2)
    second = Adam([other, variable])
    second.take_over(first, [variable])
    for gradient in given[2:]:
        second.apply([tf.constant(gradient)], [variable], 1e-2)
    np.testing.assert_allclose(variable, oracle(np.ones([3, 2]), given, 1e-2), atol=2e-6)
