"""Convolution whose kernel is divided by its spectral norm."""

import keras
import tensorflow as tf

from inpaint_tf.compat import full_precision_weight
from inpaint_tf.layers.inputs import require_features
from inpaint_tf.ops.spectral import normalize_spectrum, normalize_spectrum_held

# How gradients treat the power iteration: run through it, or take its vectors as constants.
ITERATIONS = {"differentiated": normalize_spectrum, "held": normalize_spectrum_held}


@keras.saving.register_keras_serializable(package="inpaint_tf")
class SpectralConv2D(keras.layers.Layer):
    """Convolution with zero padding whose kernel is first divided by its largest singular value.

    Each evaluation, in training or not, estimates that value by one power iteration. It starts from
    `u`, where the last evaluation ended; `u` is saved but not trained.

    Args:
        filters: int, number of output channels.
        kernel_size: int.
        strides: int.
        iteration: "differentiated", as in the release, lets gradients run through the iteration;
            "held" is the usual form, which takes its vectors as constants.

    Call arguments:
        inputs: `[B, H, W, C]` float features.

    Returns:
        `[B, ceil(H / strides), ceil(W / strides), filters]`.

    Raises:
        ValueError: `iteration` is unknown.

    Example:

    >>> layer = SpectralConv2D(8, 5, strides=2)
    >>> layer(tf.zeros([1, 9, 8, 4])).shape
    TensorShape([1, 5, 4, 8])

    Source:
        Miyato et al., "Spectral Normalization for Generative Adversarial Networks", ICLR 2018.
        `conv2d_spectral_norm` of the release v2.0.0, the norm over all but the output channels.
        Differs from Keras's `SpectralNormalization`, which iterates in training only.
    """

    def __init__(self, filters, kernel_size, strides=1, iteration="differentiated", **kwargs):
        if iteration not in ITERATIONS:
            raise ValueError(
                f"iteration must be one of {', '.join(ITERATIONS)}, got {iteration!r}."
            )
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides = filters, kernel_size, strides
        self.iteration = iteration

    def build(self, input_shape):
        shape = (self.kernel_size, self.kernel_size, input_shape[-1], self.filters)
        # The norm needs full precision, even under mixed precision.
        self.kernel = full_precision_weight(self, "kernel", shape, "glorot_uniform")
        self.bias = full_precision_weight(self, "bias", (self.filters,), "zeros")
        start = keras.initializers.TruncatedNormal(stddev=1.0)
        self.u = full_precision_weight(self, "u", (1, self.filters), start, trainable=False)
        self.built = True

    def call(self, inputs):
        require_features(inputs)
        normalize = ITERATIONS[self.iteration]
        kernel, new_u = normalize(tf.convert_to_tensor(self.kernel), tf.convert_to_tensor(self.u))
        self.u.assign(new_u)
        x = tf.nn.conv2d(inputs, tf.cast(kernel, inputs.dtype), self.strides, "SAME")
        # In float32, so that sums of gradients over many pixels keep small terms.
        return tf.cast(tf.nn.bias_add(tf.cast(x, tf.float32), self.bias), inputs.dtype)

    @property
    def named_variables(self):
        """The variables by the original's names below the layer's scope."""
        return {"kernel": self.kernel, "bias": self.bias, "kernel_sn/u": self.u}

    def compute_output_shape(self, input_shape):
        batch, *sides, _ = tuple(input_shape)
        sides = (None if side is None else -(-side // self.strides) for side in sides)
        return (batch, *sides, self.filters)

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "iteration": self.iteration,
        }
