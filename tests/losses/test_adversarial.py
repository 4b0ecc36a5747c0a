"""Adversarial losses against the recorded ones, hand numbers and finite differences."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES, cross_entropy_generator
from inpaint_tf.losses.gradient_penalty import gradient_penalty, interpolate


def means(name, real, fake):
    loss = ADVERSARIAL_LOSSES[name]
    return tf.reduce_mean(loss.critic(real, fake)), tf.reduce_mean(loss.generator(fake))


@pytest.mark.parametrize("name, recorded", [("wgan_gp", "wgan"), ("hinge", "hinge")])
def test_as_recorded(golden, name, recorded):
    data = golden("v1_losses/op_level")
    critic, generator = means(name, tf.constant(data["pos"]), tf.constant(data["neg"]))
    np.testing.assert_allclose(critic, data[f"{recorded}_d"], rtol=1e-5)
    np.testing.assert_allclose(generator, data[f"{recorded}_g"], rtol=1e-5)


def test_least_squares_and_cross_entropy_by_hand():
    real, fake = tf.constant([[2.0], [0.0]]), tf.constant([[-1.0], [3.0]])
    critic, generator = means("lsgan", real, fake)
    np.testing.assert_allclose([critic, generator], [(2 + 10) / 4, (4 + 4) / 4])
    critic, generator = means("dcgan", real, fake)
    softplus = lambda x: np.log1p(np.exp(x))  # noqa: E731
    want = (softplus(-2.0) + softplus(0.0) + softplus(-1.0) + softplus(3.0)) / 2
    np.testing.assert_allclose(critic, want, rtol=1e-6)
    np.testing.assert_allclose(generator, (softplus(1.0) + softplus(-3.0)) / 2, rtol=1e-6)


def test_losses_are_per_item():
    scores = tf.constant([[1.0], [5.0]])
    for loss in ADVERSARIAL_LOSSES.values():
        assert loss.critic(scores, 2 * scores).shape == (2,)
        np.testing.assert_allclose(loss.generator(scores)[1], loss.generator(scores[1:])[0])


def recorded_critic(data):
    return lambda x: tf.reshape(tf.tanh(tf.reshape(x, [len(x), -1])), [len(x), -1]) @ data["gp_w"]


def test_penalty_as_recorded(golden):
    data = golden("v1_losses/op_level")
    critic, x = recorded_critic(data), tf.constant(data["gp_x"])
    for key, options in [
        ("gp_nomask", {}),
        ("gp_masked", {"mask": data["gp_mask"]}),
        ("gp_norm_half", {"target": 0.5}),
    ]:
        penalty = tf.reduce_mean(gradient_penalty(critic, x, **options))
        np.testing.assert_allclose(penalty, data[key], rtol=1e-5, err_msg=key)


def test_interpolation_as_recorded(golden):
    data = golden("v1_losses/op_level")
    between = interpolate(tf.constant(data["gp_x"]), data["ri_y"], tf.constant(data["ri_alpha"]))
    np.testing.assert_allclose(between, data["ri_out"], atol=1e-6)


def test_gradient_penalty_is_finite_at_zero():
    scale = tf.Variable(0.0)  # a critic without slope
    with tf.GradientTape() as tape:
        penalty = gradient_penalty(
            lambda x: scale * tf.reduce_sum(x, axis=[1, 2, 3])[:, tf.newaxis], tf.ones([2, 3, 4, 1])
        )
        loss = tf.reduce_sum(penalty)
    np.testing.assert_allclose(penalty, [1, 1])
    assert np.isfinite(tape.gradient(loss, scale).numpy())


def test_gradient_penalty_agrees_with_finite_differences():
    x = tf.random.stateless_normal([2, 3, 4, 2], [1, 2])
    weight = tf.Variable(tf.random.stateless_normal([24, 1], [3, 4]))

    def loss():
        critic = lambda x: tf.tanh(tf.reshape(x, [2, 24]) @ weight)  # noqa: E731
        return tf.reduce_sum(gradient_penalty(critic, x))

    with tf.GradientTape() as tape:
        value = loss()
    gradient = tape.gradient(value, weight).numpy()[5, 0]
    step = tf.one_hot([5], 24, axis=0) * 1e-2
    weight.assign_add(step)
    above = loss()
    weight.assign_sub(2 * step)
    # Central difference in float32.
    np.testing.assert_allclose(gradient, (above - loss()) / 2e-2, rtol=2e-2)


def test_cross_entropy_of_the_generator_by_hand():
    scores = np.array([[-2.0, 1.0], [0.5, 3.0]], np.float32)
    want = np.log1p(np.exp(-scores)).mean(axis=1)  # less where the critic takes it for real
    np.testing.assert_allclose(cross_entropy_generator(scores), want, rtol=1e-5)
