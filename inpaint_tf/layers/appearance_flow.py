"""Appearance flow: a convolution says where every feature is read from."""

import keras
import tensorflow as tf

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.ops.sampling import bilinear_sample, cell_offsets, own_places
from inpaint_tf.ops.spans import crop, sizes


@keras.saving.register_keras_serializable(package="inpaint_tf")
class AppearanceFlow(keras.layers.Layer):
    """Reads the background at places that a convolution predicts from the foreground.

    Takes the place of `ContextualAttention`. The convolution's two outputs go through tanh and are
    scaled by height and width, so that every place can be reached from every other; its kernel
    begins near zero, where everything is read from its own place.

    Args:
        channels: int, of the features.
        kernel_size: odd int, of the convolution.
        mirror: its padding, as of `MirrorPadConv2D`.
        rate: int, side of the cells in which offsets are told.

    Call arguments:
        foreground: `[B, H, W, C]` float features; H and W are multiples of `rate`.
        background: of the same shape, often the foreground itself.
        mask: not looked at: nothing keeps the flow from reading the hole, as in the paper's
            comparison. Features know of the hole, since the network sees the mask.
        needed, with_offsets: as of `ContextualAttention`.

    Returns:
        `(features, offsets)`, as of `ContextualAttention`; the offsets are rounded to cells.

    Source:
        Zhou et al., "View Synthesis by Appearance Flow", ECCV 2016; in a network for inpainting:
        Yu et al., CVPR 2018, section 5.1, which replaces the attention by a convolution that
        predicts "2-D pixel offsets". The scale of its outputs is our own choice.
    """

    def __init__(self, channels, kernel_size=3, mirror="symmetric", rate=2, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True  # `mask` is the hole, not a mask of Keras's own
        self.channels, self.kernel_size = channels, kernel_size
        self.mirror, self.rate = mirror, rate
        self.convolution = MirrorPadConv2D(
            2,
            kernel_size,
            mirror=mirror,
            kernel_initializer=keras.initializers.RandomNormal(stddev=1e-3),
            name="flow",
            dtype=self.dtype_policy,
        )
        self.convolution.build((None, None, None, channels))
        self.built = True

    def call(self, foreground, background, mask=None, needed=None, with_offsets=None):
        del mask
        rows, columns = self.places(foreground)
        if with_offsets is None:
            with_offsets = needed is None
        offsets = cell_offsets(rows, columns, self.rate) if with_offsets else None
        if needed is not None:
            rows, columns = (crop(x[..., tf.newaxis], *needed)[..., 0] for x in (rows, columns))
        return bilinear_sample(background, rows, columns), offsets

    def places(self, foreground):
        """Where every feature is read: rows and columns, `[B, H, W]` float32."""
        flow = tf.tanh(tf.cast(self.convolution(foreground), tf.float32))
        height, width = (tf.cast(side, tf.float32) for side in sizes(foreground, 1, 2))
        rows, columns = own_places(foreground)
        return rows + flow[..., 0] * height, columns + flow[..., 1] * width

    @property
    def scopes(self):
        """The scope -> the layer that holds its kernel and bias."""
        return {"flow": self.convolution}

    def compute_output_shape(self, foreground_shape, background_shape=None, mask_shape=None):
        batch, height, width, channels = tuple(foreground_shape)
        grid = [None if side is None else side // self.rate for side in (height, width)]
        return (batch, height, width, channels), (batch, *grid, 2)

    def compute_output_spec(self, *args, **kwargs):
        # Keras 3 would give every output the layer's own type; the offsets are integers.
        return super(keras.layers.Layer, self).compute_output_spec(*args, **kwargs)

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "kernel_size": self.kernel_size,
            "mirror": self.mirror,
            "rate": self.rate,
        }
