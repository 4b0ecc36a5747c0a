"""Rows of an architecture as one layer."""

import keras
import tensorflow as tf

from inpaint_tf.layers.upsample_conv import UpsampleConv2D
from inpaint_tf.models.architecture import IMAGE


class ConvolutionStack(keras.layers.Layer):
    """Rows of the architecture, one convolution after the other.

    Args:
        rows: tuple of `architecture.Row`.
        in_channels: int.
        width: int, channels of the first convolution.
        make_convolution: function of (row, channels) that gives an unbuilt Keras layer.
    """

    def __init__(self, rows, in_channels, width, make_convolution, **kwargs):
        super().__init__(**kwargs)
        self.rows = rows
        self.convolutions = []  # one per row, without the doubling
        self.steps = []
        out_channels = in_channels
        for row in rows:
            channels = 3 if row.channels == IMAGE else int(row.channels * width)
            convolution = make_convolution(row, channels)
            with tf.name_scope(row.scope):
                convolution.build((None, None, None, out_channels))
            self.convolutions.append(convolution)
            self.steps.append(
                UpsampleConv2D(convolution, name=row.name, dtype=convolution.dtype_policy)
                if row.doubled
                else convolution
            )
            out_channels = channels
        self.out_channels = out_channels
        self.build((None, None, None, in_channels))

    def build(self, input_shape):
        self.built = True  # the variables exist; `summary` reads the shape

    def compute_output_shape(self, input_shape):
        for step in self.steps:
            input_shape = step.compute_output_shape(input_shape)
        return tuple(input_shape)

    def call(self, x, first=0, last=None):
        """The steps from `first` up to `last`, which is excluded; by default all of them."""
        for step in self.steps[first:last]:
            x = step(x)
        return x

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its variables."""
        return {row.scope: layer for row, layer in zip(self.rows, self.convolutions)}

    def placed_convolutions(self, reduced):
        """Each convolution, and the factor by which its output is smaller than the picture.

        Args:
            reduced: that factor for the input.
        """
        for row, convolution in zip(self.rows, self.convolutions):
            reduced = reduced / 2 if row.doubled else reduced * row.stride
            yield convolution, reduced
