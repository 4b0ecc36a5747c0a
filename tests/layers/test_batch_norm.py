"""BatchNorm by NumPy, as PyTorch's running statistics have it."""

import numpy as np
import pytest
import tensorflow as tf
from forked import Forked, two_replicas
from layer_harness import check_layer

from inpaint_tf.layers.batch_norm import BatchNorm

X = np.random.default_rng(0).normal(3, 2, size=[2, 5, 7, 4]).astype(np.float32)


def made(**options):
    layer = BatchNorm(**options)
    layer.build(X.shape)
    draw = np.random.default_rng(1)
    layer.set_weights([draw.uniform(0.5, 2, size=[4]).astype(np.float32) for _ in range(4)])
    return layer


def values(layer):
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    return [np.array(getattr(layer, name)) for name in names]


@pytest.mark.parametrize("compiled", [False, True])
def test_training_uses_the_batch_and_moves_the_running_statistics(compiled):
    layer = made()
    gamma, beta, mean, variance = values(layer)
    call = tf.function(layer, jit_compile=True) if compiled else layer
    got = call(tf.constant(X), training=True)
    normal = (X - X.mean((0, 1, 2))) / np.sqrt(X.var((0, 1, 2)) + 1e-5)
    np.testing.assert_allclose(got, gamma * normal + beta, atol=1e-5)
    _, _, new_mean, new_variance = values(layer)
    np.testing.assert_allclose(new_mean, 0.9 * mean + 0.1 * X.mean((0, 1, 2)), atol=1e-5)
    unbiased = X.var((0, 1, 2), ddof=1)
    np.testing.assert_allclose(new_variance, 0.9 * variance + 0.1 * unbiased, atol=1e-5)


def test_else_the_running_statistics_are_used_and_left():
    layer = made()
    gamma, beta, mean, variance = before = values(layer)
    want = gamma * (X - mean) / np.sqrt(variance + 1e-5) + beta
    np.testing.assert_allclose(layer(X), want, atol=1e-4)
    np.testing.assert_array_equal(layer(X)[:1], layer(X[:1]))
    np.testing.assert_array_equal(values(layer), before)


def test_gradient_in_training_is_orthogonal_to_shift_and_scale():
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(made()(x, training=True) ** 3)
    gradient = tape.gradient(loss, x).numpy()
    assert np.abs(gradient).max() > 0.01
    np.testing.assert_allclose(gradient.sum((0, 1, 2)), 0, atol=1e-3)
    np.testing.assert_allclose((gradient * X).sum((0, 1, 2)), 0, atol=1e-2)


def normalise_in_replicas(given, results):
    """Saves what two replicas make of their shares and remember, alone and together."""
    strategy = two_replicas()
    shares = tf.constant(np.load(given))
    for synchronized, path in zip((False, True), results):
        with strategy.scope():
            layer = BatchNorm(synchronized)
            layer.build(shares.shape[1:])

        def step(layer=layer):
            context = tf.distribute.get_replica_context()
            return layer(shares[context.replica_id_in_sync_group], training=True)

        run = tf.function(lambda step=step: strategy.run(step))
        y = strategy.experimental_local_results(run())
        statistics = [np.array(v) for v in (layer.moving_mean, layer.moving_variance)]
        np.savez(path, y=np.stack(y), statistics=np.stack(statistics))


@pytest.mark.slow
def test_replicas_normalise_alone_or_together(tmp_path):
    shares = np.stack([X, 2 * X + 1])
    np.save(tmp_path / "x.npy", shares)
    results = [tmp_path / "alone.npz", tmp_path / "together.npz"]
    ran = Forked(tmp_path / "written", normalise_in_replicas, tmp_path / "x.npy", results)
    said = ran.communicate(timeout=120)
    assert ran.returncode == 0, said
    places = (1, 2, 3)
    alone = shares.mean(places, keepdims=True), shares.var(places, keepdims=True)
    together = shares.mean((0, *places)), shares.var((0, *places))
    expected = [(*alone, shares[0]), (*together, shares.reshape(-1, *shares.shape[2:]))]
    for path, (mean, variance, followed) in zip(results, expected):
        got = np.load(path)
        want = (shares - mean) / np.sqrt(variance + 1e-5)
        np.testing.assert_allclose(got["y"], want, atol=1e-4)
        followed = followed.reshape(-1, followed.shape[-1])
        moved = [0.1 * followed.mean(0), 0.9 + 0.1 * followed.var(0, ddof=1)]
        np.testing.assert_allclose(got["statistics"], moved, rtol=1e-4)


def test_is_a_well_behaved_layer():
    check_layer(lambda dtype="float32": BatchNorm(dtype=dtype), X)
