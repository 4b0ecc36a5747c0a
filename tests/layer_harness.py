"""What every layer of the package must hold to, checked from one declaration."""

import numpy as np
import tensorflow as tf


def check_layer(make_layer, *inputs):
    """Shapes, configuration, unknown sizes, mixed precision and gradients of a layer.

    Args:
        make_layer: function of `dtype=...` that gives a fresh layer.
        *inputs: float arrays, the layer's call arguments.
    """
    inputs = [tf.constant(x, tf.float32) for x in inputs]
    layer = make_layer()
    got = layer(*inputs)

    declared = layer.compute_output_shape(*[tuple(x.shape) for x in inputs])
    assert [tuple(x.shape) for x in _flat(got)] == [tuple(s) for s in _shapes(declared)]

    again = type(layer).from_config(layer.get_config())
    again(*inputs)
    assert again.get_config() == layer.get_config()
    again.set_weights(layer.get_weights())
    for want, have in zip(_flat(got), _flat(again(*inputs))):
        np.testing.assert_array_equal(have, want)

    unknown = [tf.TensorSpec([None, None, None, x.shape[3]], x.dtype) for x in inputs]
    traced = tf.function(lambda *xs: layer(*xs), input_signature=unknown)
    for want, have in zip(_flat(got), _flat(traced(*inputs))):
        np.testing.assert_allclose(have, want, atol=1e-5)

    half = make_layer(dtype="mixed_bfloat16")
    first = _flat(half(*inputs))[0]
    assert first.dtype == tf.bfloat16
    assert all(tf.as_dtype(w.dtype) == tf.float32 for w in half.weights)
    assert np.isfinite(np.asarray(tf.cast(first, tf.float32))).all()

    with tf.GradientTape() as tape:
        tape.watch(inputs[0])
        loss = tf.reduce_sum(tf.square(_flat(layer(*inputs))[0]))
    for gradient in tape.gradient(loss, [inputs[0], *layer.trainable_variables]):
        assert gradient is not None
        assert np.abs(np.asarray(gradient)).max() > 0


def _flat(output):
    return list(output) if isinstance(output, (tuple, list)) else [output]


def _shapes(declared):
    nested = isinstance(declared, (tuple, list)) and isinstance(declared[0], (tuple, list))
    if isinstance(declared, tf.TensorShape) or not nested:
        return [tuple(declared)]
    return declared
