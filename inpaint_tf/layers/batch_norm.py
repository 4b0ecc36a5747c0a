"""Batch normalisation with PyTorch's running statistics, alike under Keras 2 and 3."""

import keras
import tensorflow as tf

from inpaint_tf.compat import full_precision_weight, tensorflow_variable
from inpaint_tf.layers.inputs import require_features

EPSILON = 1e-5
MOMENTUM = 0.1  # the weight of the newest batch


@keras.saving.register_keras_serializable(package="inpaint_tf")
class BatchNorm(keras.layers.Layer):
    """Brings every channel to mean 0 and variance 1 over the batch, then scales and shifts it.

    Running statistics move a tenth of the way to those of each batch, with the unbiased variance,
    n / (n - 1) times the mean square of n numbers. Keras's own layers differ: version 3 leaves that
    factor out.

    Args:
        synchronized: whether replicas share their statistics; otherwise each normalises by those of
            its own part of the batch, and the running ones follow the first replica's.

    Call arguments:
        x: `[B, H, W, C]`.
        training: whether to take the batch's statistics and move the running ones.

    Returns:
        `[B, H, W, C]` of the same type; computed in float32.

    Source:
        Ioffe and Szegedy 2015; epsilon and momentum of PyTorch, which the authors used.
    """

    def __init__(self, synchronized=False, **kwargs):
        super().__init__(**kwargs)
        self.synchronized = synchronized

    def build(self, input_shape):
        shape = [input_shape[-1]]
        self.gamma = full_precision_weight(self, "gamma", shape, "ones")
        self.beta = full_precision_weight(self, "beta", shape, "zeros")
        self.moving_mean = full_precision_weight(self, "moving_mean", shape, "zeros", False)
        self.moving_variance = full_precision_weight(self, "moving_variance", shape, "ones", False)
        self.built = True

    def call(self, x, training=False):
        require_features(x, "x")
        wide = tf.cast(x, tf.float32)
        if training:
            mean, variance = self._statistics(wide)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        scale = tf.math.rsqrt(variance + EPSILON) * self.gamma
        shift = self.beta - mean * scale
        return tf.cast(wide * scale + shift, x.dtype)

    def _statistics(self, x):
        mean, variance = tf.nn.moments(x, [0, 1, 2])
        count = tf.cast(tf.reduce_prod(tf.shape(x)[:3]), tf.float32)
        if self.synchronized:
            square = _mean_over_replicas(variance + mean**2)
            mean = _mean_over_replicas(mean)
            variance = square - mean**2
            count *= tf.distribute.get_strategy().num_replicas_in_sync
        unbiased = variance * count / tf.maximum(count - 1.0, 1.0)
        for running, new in ((self.moving_mean, mean), (self.moving_variance, unbiased)):
            running = tensorflow_variable(running)
            running.assign((1.0 - MOMENTUM) * running + MOMENTUM * tf.stop_gradient(new))
        return mean, variance

    @property
    def named_variables(self):
        """The variables by name below the layer's scope; the running statistics do not learn."""
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        return {name: getattr(self, name) for name in names}

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def get_config(self):
        return {**super().get_config(), "synchronized": self.synchronized}


def _mean_over_replicas(value):
    if tf.distribute.get_strategy().num_replicas_in_sync == 1:
        return value
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, value)
