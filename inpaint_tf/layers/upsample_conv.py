"""Nearest-neighbour doubling, then a convolution."""

import keras

from inpaint_tf.layers.inputs import require_features
from inpaint_tf.ops.resize import double_nearest


@keras.saving.register_keras_serializable(package="inpaint_tf")
class UpsampleConv2D(keras.layers.Layer):
    """Doubles height and width, then applies a convolution of stride 1.

    A `MirrorPadConv2D` of 3x3 is applied without doubling, see `inpaint_tf.ops.doubling`; the
    result is the same but for rounding.

    Args:
        convolution: a Keras layer that keeps the size.

    Call arguments:
        inputs: `[B, H, W, C]`.

    Returns:
        `[B, 2H, 2W, filters]`.

    Example:

    >>> layer = UpsampleConv2D(keras.layers.Conv2D(8, 3, padding="same"))
    >>> layer.compute_output_shape((1, 5, 4, 3))
    (1, 10, 8, 8)

    Source:
        `gen_deconv` of the original; resizing before the convolution avoids the checkerboard of
        transposed convolutions.
    """

    def __init__(self, convolution, **kwargs):
        super().__init__(**kwargs)
        self.convolution = convolution

    def build(self, input_shape):
        if not self.convolution.built:
            self.convolution.build(self._doubled(input_shape))
        self.built = True

    def call(self, inputs):
        require_features(inputs)
        if getattr(self.convolution, "doubles", False):
            return self.convolution.call_doubled(inputs)
        return self.convolution(double_nearest(inputs))

    def compute_output_shape(self, input_shape):
        return tuple(self.convolution.compute_output_shape(self._doubled(input_shape)))

    def get_config(self):
        convolution = keras.saving.serialize_keras_object(self.convolution)
        return {**super().get_config(), "convolution": convolution}

    @classmethod
    def from_config(cls, config):
        convolution = keras.saving.deserialize_keras_object(config["convolution"])
        return cls(**{**config, "convolution": convolution})

    @staticmethod
    def _doubled(shape):
        batch, height, width, channels = tuple(shape)
        double = [None if side is None else 2 * side for side in (height, width)]
        return (batch, *double, channels)
