"""Convolution that sees only known pixels."""

import keras
import tensorflow as tf

from inpaint_tf.compat import dilated_gradients_exist
from inpaint_tf.layers.inputs import require_features
from inpaint_tf.ops.partial import known_channels, window_ratio, zero_pad


@keras.saving.register_keras_serializable(package="inpaint_tf")
class PartialConv2D(keras.layers.Conv2D):
    """Convolution of the known numbers of each window, enlarged by how many are missing.

    `W(x * known) * sum(1) / sum(known) + b` if a window sees anything known, else 0; both sums
    run over the window's channels too. Windows reach `dilation_rate * (kernel_size - 1) / 2`
    zeros beyond every side, which count as missing.

    Args:
        filters: int, number of output channels.
        kernel_size: odd int.
        parts: how many channels of the features each channel of `known` describes, unless it has
            one channel or as many as the features: (64, 32) after joining 64 and 32.
        **kwargs: any `keras.layers.Conv2D` argument except `padding` and `groups`.

    Call arguments:
        features: `[B, H, W, C]`.
        known: `[B, H, W, K]` of 0 and 1, 1 = known; K is 1, C, or the number of `parts`.

    Returns:
        (features, known): `[B, h, w, filters]`, 0 where still missing, and `[B, h, w, 1]`
        float32, with h = ceil(H / strides).

    Raises:
        ValueError: `kernel_size` is even, or `known` has another number of channels.

    Example:

    >>> layer = PartialConv2D(8, 3, strides=2)
    >>> features, known = layer(tf.ones([1, 65, 64, 3]), tf.ones([1, 65, 64, 1]))
    >>> features.shape, known.shape
    (TensorShape([1, 33, 32, 8]), TensorShape([1, 33, 32, 1]))

    Source:
        Liu et al., "Image Inpainting for Irregular Holes Using Partial Convolutions", ECCV 2018,
        section 3.1: https://arxiv.org/abs/1804.07723. The authors' `PartialConv2d` for masks with
        equal channels. TensorFlow's "same" padding differs for strides of 2.
    """

    def __init__(self, filters, kernel_size, parts=None, **kwargs):
        kwargs.pop("padding", None)  # the configuration of the parent class carries it
        super().__init__(filters, kernel_size, padding="valid", **kwargs)
        for name in ("kernel_size", "strides", "dilation_rate"):
            if len({*getattr(self, name)}) > 1:
                raise ValueError(f"{name} must be square, got {getattr(self, name)}.")
        if self.kernel_size[0] % 2 == 0:
            raise ValueError(f"kernel_size must be odd, got {self.kernel_size[0]}.")
        if self.groups != 1:
            raise ValueError(f"groups must be 1, got {self.groups}.")
        self.parts = None if parts is None else tuple(parts)

    def build(self, features_shape, known_shape=None):
        del known_shape  # no weight depends on it
        super().build(features_shape)

    def call(self, features, known):
        known = tf.convert_to_tensor(known)  # Keras 2 converts only the first argument
        require_features(features, "features")
        require_features(known, "known")
        parts = self._parts_of(known.shape[-1], features.shape[-1])
        window = (self.kernel_size[0], self.strides[0], self.dilation_rate[0])
        ratio, now_known = window_ratio(known, parts, *window)
        x = features * tf.stop_gradient(known_channels(known, parts, features.dtype))
        x = self._convolve(x)
        wide = tf.cast(x, tf.float32) * ratio
        if self.use_bias:
            wide = tf.nn.bias_add(wide, tf.cast(self.bias, tf.float32))
        if self.activation is not None:
            wide = self.activation(wide)
        return tf.cast(wide * now_known, x.dtype), now_known

    def _convolve(self, x):
        convolve = tf.nn.conv2d
        if self.dilation_rate[0] > 1 and not dilated_gradients_exist():
            convolve = tf.nn.convolution  # by way of a rearranged batch
        x = zero_pad(x, self.dilation_rate[0] * (self.kernel_size[0] - 1) // 2)
        return convolve(x, self.kernel, self.strides, "VALID", dilations=self.dilation_rate)

    def _parts_of(self, known, channels):
        """How many channels of the features each channel of `known` stands for."""
        parts = self.parts
        if parts is None:
            parts = (channels,) if known == 1 else (1,) * channels
        if len(parts) != known or sum(parts) != channels:
            raise ValueError(
                f"known must have 1 or {channels} channels, or one for each of `parts` that add "
                f"up to {channels}, got {known} and parts {self.parts}."
            )
        return parts

    @property
    def named_variables(self):
        """The variables by name below the layer's scope."""
        return {"kernel": self.kernel, **({"bias": self.bias} if self.use_bias else {})}

    def compute_output_shape(self, features_shape, known_shape=None):
        del known_shape
        batch, height, width, _ = tuple(features_shape)
        sides = tuple(
            None if side is None else -(-side // self.strides[0]) for side in (height, width)
        )
        return (batch, *sides, self.filters), (batch, *sides, 1)

    def compute_output_spec(self, *args, **kwargs):
        # Keras 3 would give every output the layer's own type; what is known stays in float32.
        return super(keras.layers.Layer, self).compute_output_spec(*args, **kwargs)

    def get_config(self):
        return {**super().get_config(), "parts": self.parts}
