"""Gated convolution: half of the channels say how much of the other half gets through."""

import keras
import tensorflow as tf

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.ops.doubling import small_kernels

PICTURE = 3  # output channels of a picture, which is not gated


@keras.saving.register_keras_serializable(package="inpaint_tf")
class GatedConv2D(MirrorPadConv2D):
    """`activation(feature) * sigmoid(gate)`, both from one convolution.

    The first half of the convolution's channels is the feature, the second half the gate. With
    three channels, or without an activation, it is a plain convolution, as in the release.

    Args:
        filters: even int, channels of the convolution, twice those of the output; or 3.
        kernel_size, padding_mode, **kwargs: as in `MirrorPadConv2D`.

    Call arguments:
        inputs: `[B, H, W, C]` float features, as in `MirrorPadConv2D`.

    Returns:
        `[B, ceil(H / strides), ceil(W / strides), filters / 2]`; `filters` if plain.

    Raises:
        ValueError: `filters` is odd for a gated layer.

    Formula:
        activation(W_f * x + b_f) * sigmoid(W_g * x + b_g)

    Example:

    >>> GatedConv2D(48, 3, activation="elu")(tf.zeros([1, 5, 4, 3])).shape
    TensorShape([1, 5, 4, 24])

    Source:
        Yu et al., "Free-Form Image Inpainting with Gated Convolution", ICCV 2019, section 3.2:
        https://arxiv.org/abs/1806.03589. `gen_conv` of the release v2.0.0. Differs from the
        paper's figure in that feature and gate are one convolution, split along its channels.
    """

    def __init__(self, filters, kernel_size, padding_mode="symmetric", **kwargs):
        super().__init__(filters, kernel_size, padding_mode, **kwargs)
        # Without an activation Keras keeps the identity.
        self.gated = filters != PICTURE and self.activation is not keras.activations.linear
        if self.gated and filters % 2:
            raise ValueError(
                f"filters must be even, half of them features and half gates, got {filters}."
            )

    def feature_and_gate(self, inputs):
        """Feature and gate before they are multiplied, each `[B, H', W', filters / 2]`."""
        x = self._convolved(inputs)
        return self._halves(x, self.bias if self.use_bias else None)

    def _finish(self, x, bias):
        if not self.gated:
            return super()._finish(x, bias)
        feature, gate = self._halves(x, bias)
        return tf.cast(feature * gate, x.dtype)

    def _halves(self, x, bias):
        # No CPU kernel joins a convolution with halves of different activations, so half precision
        # continues in float32, which is faster then and sums up gradients exactly.
        wide = x if x.dtype.size >= 4 else tf.cast(x, tf.float32)
        if bias is not None:
            wide = tf.nn.bias_add(wide, tf.cast(bias, wide.dtype))
        feature, gate = tf.split(wide, 2, axis=-1)
        return self.activation(feature), tf.sigmoid(gate)

    def _doubling_weights(self):
        if not self.gated:
            return super()._doubling_weights()
        # All features come before all gates.
        halves = tf.split(tf.convert_to_tensor(self.kernel), 2, axis=-1)
        kernel = tf.concat([small_kernels(half) for half in halves], axis=-1)
        if not self.use_bias:
            return kernel, None
        biases = tf.split(tf.convert_to_tensor(self.bias), 2)
        return kernel, tf.concat([tf.tile(half, [4]) for half in biases], axis=0)

    def compute_output_shape(self, input_shape):
        *batch_and_size, channels = super().compute_output_shape(input_shape)
        return (*batch_and_size, channels // 2 if self.gated else channels)
