"""SN-PatchGAN: the critic of DeepFill v2, which scores every part of a picture."""

import math

import keras
import tensorflow as tf

from inpaint_tf.layers.spectral_conv import SpectralConv2D
from inpaint_tf.models.critics import KERNEL, LEAK, STRIDE

SCOPE = "discriminator/sn_patch_gan"
CHANNELS = (64, 128, 256, 256, 256, 256)  # of conv1 to conv6 with a width of 64


@keras.saving.register_keras_serializable(package="inpaint_tf")
class SNPatchCritic(keras.Model):
    """Strided convolutions with spectral normalisation; every feature of the last one is a score.

    Args:
        width: int, channels of the first convolution; 64 in the paper and the release.
        in_channels: int, 4 for a picture and its mask, 5 with a sketch.
        iteration: of `SpectralConv2D`, "differentiated" (the release) or "held" (the usual form).

    Call arguments:
        view: `[B, H, W, in_channels]`, the picture in [-1, 1], the mask (1 = hole) and the sketch
            in the hole. Every evaluation also updates the estimates of the spectral norms.

    Returns:
        `[B, ceil(H / 64) * ceil(W / 64) * 4 * width]` float32 scores, row by row, channels
        fastest; higher means more real.

    Source:
        Yu et al., ICCV 2019, section 3.3; numbers of the release v2.0.0, which has the leaky ReLU
        after the last convolution too.
    """

    def __init__(self, width=64, in_channels=4, iteration="differentiated", **kwargs):
        super().__init__(**kwargs)
        self.options = {"width": width, "in_channels": in_channels, "iteration": iteration}
        view_shape = (None, None, None, in_channels)
        self.convolutions = []
        for number, channels in enumerate(CHANNELS, 1):
            convolution = SpectralConv2D(
                width * channels // 64,
                KERNEL,
                STRIDE,
                iteration,
                name=f"conv{number}",
                dtype=kwargs.get("dtype"),
            )
            with tf.name_scope(f"{SCOPE}/conv{number}"):
                convolution.build((None, None, None, in_channels))
            self.convolutions.append(convolution)
            in_channels = convolution.filters
        self.build(view_shape)

    def build(self, view_shape):
        del view_shape  # the variables exist; `summary` reads the shape
        self.built = True

    def compute_output_shape(self, view_shape):
        scores = tuple(view_shape)
        for convolution in self.convolutions:
            scores = convolution.compute_output_shape(scores)
        known = None not in scores[1:]
        return (scores[0], math.prod(scores[1:]) if known else None)

    def compute_output_spec(self, *args, **kwargs):
        # Keras 3 would give the output the model's own type; it is float32.
        return super(keras.layers.Layer, self).compute_output_spec(*args, **kwargs)

    def call(self, view):
        x = tf.cast(self.features(view), tf.float32)
        return tf.reshape(x, [tf.shape(x)[0], -1])

    def features(self, view):
        """The scores by position, `[B, ceil(H / 64), ceil(W / 64), 4 * width]`."""
        x = view
        for convolution in self.convolutions:
            x = tf.nn.leaky_relu(convolution(x), LEAK)
        return x

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its variables."""
        return {f"{SCOPE}/{layer.name}": layer for layer in self.convolutions}

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype_policy.name, **self.options}
