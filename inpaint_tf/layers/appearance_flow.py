"""Appearance flow: a convolution predicts the position from which every feature is read."""

import keras
import tensorflow as tf

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D, under_former_name
from inpaint_tf.layers.sampling_attention import SamplingAttention
from inpaint_tf.ops.sampling import own_positions
from inpaint_tf.ops.spans import sizes


@keras.saving.register_keras_serializable(package="inpaint_tf")
class AppearanceFlow(SamplingAttention):
    """Reads the background at positions that a convolution predicts from the foreground.

    It can replace `ContextualAttention`. The convolution's two outputs go through tanh and are
    scaled by height and width, so that every position can be reached from every other; its kernel
    begins near zero, where everything is read from its own position.

    Args, call arguments, returns:
        as in `SamplingAttention`.

    Source:
        Zhou et al., "View Synthesis by Appearance Flow", ECCV 2016; in a network for inpainting:
        Yu et al., CVPR 2018, section 5.1, which replaces the attention by a convolution that
        predicts pixel offsets directly. The scale of its outputs is our own choice.
    """

    def __init__(self, channels, kernel_size=3, padding_mode="symmetric", rate=2, **kwargs):
        padding_mode = under_former_name(padding_mode, kwargs)
        super().__init__(channels, kernel_size, padding_mode, rate, **kwargs)
        self.convolution = MirrorPadConv2D(
            2,
            kernel_size,
            padding_mode=padding_mode,
            kernel_initializer=keras.initializers.RandomNormal(stddev=1e-3),
            name="flow",
            dtype=self.dtype_policy,
        )
        self.convolution.build((None, None, None, channels))
        self.built = True

    def positions(self, foreground):
        """Where every feature is read: rows and columns, `[B, H, W]` float32."""
        flow = tf.tanh(tf.cast(self.convolution(foreground), tf.float32))
        height, width = (tf.cast(side, tf.float32) for side in sizes(foreground, 1, 2))
        rows, columns = own_positions(foreground)
        return rows + flow[..., 0] * height, columns + flow[..., 1] * width

    @property
    def scopes(self):
        """The scope -> the layer that holds its kernel and bias."""
        return {"flow": self.convolution}
