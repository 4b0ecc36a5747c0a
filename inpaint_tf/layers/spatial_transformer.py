"""The spatial transformer: one affine map for all features of a picture."""

import keras
import tensorflow as tf

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D, under_former_name
from inpaint_tf.layers.sampling_attention import SamplingAttention
from inpaint_tf.ops.sampling import own_positions
from inpaint_tf.ops.spans import sizes

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)  # y from (y, x, 1), then x from (y, x, 1)


@keras.saving.register_keras_serializable(package="inpaint_tf")
class SpatialTransformer(SamplingAttention):
    """Reads the background through an affine map that is predicted from the foreground.

    It can replace `ContextualAttention`.

    1. A convolution of stride 2, then the mean over all positions: one vector per picture.
    2. A linear layer turns it into six numbers, which are added to the identity.
    3. These map the positions of the result, -1 to 1 from border to border, to those that are read.

    Args, call arguments, returns:
        as in `SamplingAttention`.

    Source:
        Jaderberg et al., "Spatial Transformer Networks", NIPS 2015, section 3; in a network for
        inpainting: Yu et al., CVPR 2018, section 5.1, which does not say what predicts the map.
        We take a mean where Jaderberg et al. have dense layers, so that pictures may have any size.
    """

    def __init__(self, channels, kernel_size=3, padding_mode="symmetric", rate=2, **kwargs):
        padding_mode = under_former_name(padding_mode, kwargs)
        super().__init__(channels, kernel_size, padding_mode, rate, **kwargs)
        self.localisation = MirrorPadConv2D(
            channels,
            kernel_size,
            padding_mode=padding_mode,
            strides=2,
            activation="elu",
            name="localisation",
            dtype=self.dtype_policy,
        )
        self.affine = MirrorPadConv2D(
            len(IDENTITY),
            1,
            kernel_initializer=keras.initializers.RandomNormal(stddev=1e-3),
            name="affine",
            dtype=self.dtype_policy,
        )
        for convolution in (self.localisation, self.affine):
            convolution.build((None, None, None, channels))
        self.built = True

    def positions(self, foreground):
        """Where every feature is read: rows and columns, `[B, H, W]` float32."""
        theta = self.theta(foreground)[:, :, tf.newaxis, tf.newaxis]  # [B, 6, 1, 1]
        half = [(tf.cast(side, tf.float32) - 1.0) / 2.0 for side in sizes(foreground, 1, 2)]
        # An axis with one position has it in the middle.
        y, x = (
            own / tf.maximum(r, 0.5) - tf.sign(r) for own, r in zip(own_positions(foreground), half)
        )
        down = theta[:, 0] * y + theta[:, 1] * x + theta[:, 2]
        across = theta[:, 3] * y + theta[:, 4] * x + theta[:, 5]
        return (down + 1.0) * half[0], (across + 1.0) * half[1]

    def theta(self, foreground):
        """The affine maps, `[B, 6]` float32."""
        x = tf.reduce_mean(
            tf.cast(self.localisation(foreground), tf.float32), [1, 2], keepdims=True
        )
        change = self.affine(tf.cast(x, foreground.dtype))
        return tf.cast(change, tf.float32)[:, 0, 0] + tf.constant(IDENTITY)

    @property
    def scopes(self):
        """The scope -> the layer that holds its kernel and bias."""
        return {"localisation": self.localisation, "affine": self.affine}
