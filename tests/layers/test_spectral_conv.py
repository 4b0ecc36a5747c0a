"""SpectralConv2D."""

import numpy as np
import pytest
import tensorflow as tf
from forked import Forked, two_replicas
from seeded import seed_weights

from inpaint_tf.compat import tensorflow_variable
from inpaint_tf.layers.spectral_conv import ITERATIONS, SpectralConv2D


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def built(dtype="float32", **options):
    seed_weights(3)
    layer = SpectralConv2D(6, 5, dtype=dtype, **options)
    layer.build((None, None, None, 4))
    layer.bias.assign(random(6, seed=1))
    return layer


@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("iteration", ITERATIONS)
def test_is_a_convolution_with_the_divided_kernel(strides, iteration):
    layer, x = built(strides=strides, iteration=iteration), random(2, 9, 12, 4)
    kernel, u = np.asarray(layer.kernel), np.asarray(layer.u)
    for _ in range(3):
        got = layer(x)
        matrix = kernel.reshape(-1, 6)
        v = u @ matrix.T
        v /= np.linalg.norm(v)
        u = v @ matrix
        norm = np.linalg.norm(u)
        u /= norm
        want = tf.nn.conv2d(x, kernel / norm, strides, "SAME") + layer.bias
        np.testing.assert_allclose(got, want, atol=1e-5)
        np.testing.assert_allclose(layer.u, u, atol=1e-6)
    assert layer.compute_output_shape(x.shape) == tuple(got.shape)


def test_vector_moves_in_inference_too_and_is_not_trained():
    layer, x = built(), random(2, 9, 12, 4)
    before = np.asarray(layer.u)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(x) ** 2)
    assert np.abs(np.asarray(layer.u) - before).max() > 0.01
    assert [variable.shape for variable in layer.trainable_variables] == [(5, 5, 4, 6), (6,)]
    assert [variable.shape for variable in layer.non_trainable_variables] == [(1, 6)]
    for gradient in tape.gradient(loss, layer.trainable_variables):
        assert np.abs(gradient).max() > 0


@pytest.mark.parametrize("jit", [False, True])
def test_the_graph_iterates_once_a_call(jit):
    layer, other, x = built(strides=2), built(strides=2), random(2, 9, 12, 4)
    unknown = tf.TensorSpec([None, None, None, 4])
    traced = tf.function(lambda x: layer(x), input_signature=[unknown], jit_compile=jit)
    for _ in range(3):
        np.testing.assert_allclose(traced(x), other(x), atol=1e-5)
        np.testing.assert_allclose(layer.u, other.u, atol=1e-6)


def test_half_precision_keeps_the_norm_in_float32():
    layer, half = built(), built("mixed_bfloat16")
    x = random(2, 9, 12, 4)
    want, got = layer(x), half(x)
    assert got.dtype == tf.bfloat16
    np.testing.assert_allclose(half.u, layer.u, atol=1e-6)
    np.testing.assert_allclose(tf.cast(got, tf.float32), want, atol=0.1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.cast(half(x), tf.float32))
    np.testing.assert_allclose(tape.gradient(loss, half.bias), 2 * 9 * 12, rtol=1e-6)


def test_survives_its_configuration():
    layer, x = built(strides=2, iteration="held"), random(2, 9, 12, 4)
    again = SpectralConv2D.from_config(layer.get_config())
    again.build((None, None, None, 4))
    again.set_weights(layer.get_weights())
    assert again.get_config() == layer.get_config()
    np.testing.assert_array_equal(again(x), layer(x))
    np.testing.assert_array_equal(again.u, layer.u)


def test_unknown_iterations_are_refused():
    with pytest.raises(ValueError, match="iteration must be one of differentiated, held, got 'x'"):
        SpectralConv2D(6, 5, iteration="x")


def evaluate_in_replicas():
    strategy = two_replicas()
    seed_weights(3)
    with strategy.scope():
        layer = SpectralConv2D(6, 5)
        layer.build((None, None, None, 4))
    alone = SpectralConv2D(6, 5)
    alone.build((None, None, None, 4))
    alone.set_weights([np.asarray(weight) for weight in layer.weights])
    pictures = strategy.experimental_distribute_values_from_function(
        lambda context: tf.fill([1, 8, 8, 4], 1.0 + context.replica_id_in_sync_group)
    )

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(x))
        return tape.gradient(loss, tensorflow_variable(layer.bias))

    evaluate = tf.function(lambda: strategy.run(step, args=(pictures,)))
    for _ in range(3):
        evaluate()
        alone(tf.ones([1, 8, 8, 4]))
    copies = strategy.experimental_local_results(tensorflow_variable(layer.u))
    assert len(copies) == 2
    np.testing.assert_array_equal(copies[0], copies[1])
    np.testing.assert_allclose(copies[0], alone.u, atol=1e-6)


def test_replicas_hold_the_same_vector(tmp_path):
    ran = Forked(tmp_path, evaluate_in_replicas)
    said = ran.communicate(timeout=120)
    assert ran.returncode == 0, said
