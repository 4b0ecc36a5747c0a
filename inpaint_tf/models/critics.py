"""The two critics of v1: the local one sees the hole's surroundings, the global one the picture."""

import keras
import tensorflow as tf

from inpaint_tf.layers.inputs import require_features

LEAK = 0.2  # slope of the leaky ReLU below zero
KERNEL, STRIDE = 5, 2

# Output channels of conv1 to conv4 with a width of 64.
LOCAL_CHANNELS = (64, 128, 256, 512)
GLOBAL_CHANNELS = (64, 128, 256, 256)


class Critic(keras.Model):
    """Strided convolutions with leaky ReLU, flattened into one linear output.

    Args:
        size: (height, width) or int, the picture size, which fixes the linear layer's inputs.
        channels: output channels of the convolutions.
        scope: the original's scope of the convolutions.
        linear_scope: the original's scope of the linear layer.

    Call arguments:
        image: `[B, H, W, 3]` in [-1, 1].

    Returns:
        `[B, 1]` float32 scores, unbounded; higher means more real.
    """

    def __init__(self, size, channels, scope, linear_scope, **kwargs):
        super().__init__(**kwargs)
        dtype = kwargs.get("dtype")
        height, width = (size, size) if isinstance(size, int) else size
        self.size, self.channels = (height, width), tuple(channels)
        self.convolutions, in_channels = [], 3
        for number, filters in enumerate(channels, 1):
            convolution = keras.layers.Conv2D(
                filters, KERNEL, STRIDE, "same", name=f"conv{number}", dtype=dtype
            )
            with tf.name_scope(f"{scope}/conv{number}"):
                convolution.build((None, None, None, in_channels))
            self.convolutions.append(convolution)
            in_channels, height, width = filters, -(-height // STRIDE), -(-width // STRIDE)
        # In float32 even under mixed precision: its output is the loss.
        self.linear = keras.layers.Dense(1, name=linear_scope.split("/")[-1], dtype="float32")
        with tf.name_scope(linear_scope):
            self.linear.build((None, height * width * in_channels))
        self.features = height * width * in_channels
        self.scope, self.linear_scope = scope, linear_scope
        self.build((None, *self.size, 3))

    def build(self, image_shape):
        del image_shape  # the variables exist; `summary` reads the shape
        self.built = True

    def compute_output_shape(self, image_shape):
        return (image_shape[0], 1)

    def compute_output_spec(self, *args, **kwargs):
        # Keras 3 would give the output the model's own type; it is float32.
        return super(keras.layers.Layer, self).compute_output_spec(*args, **kwargs)

    def call(self, image):
        require_features(image, "image")
        x = image
        for convolution in self.convolutions:
            x = tf.nn.leaky_relu(convolution(x), LEAK)
        # Flattened row by row, channels fastest.
        return self.linear(tf.cast(tf.reshape(x, [-1, self.features]), tf.float32))

    def get_config(self):
        kept = {"name": self.name, "dtype": self.dtype_policy.name}
        return {**kept, "size": list(self.size), "width": self.channels[0]}

    @property
    def scopes(self):
        """The original's scope -> the layer that holds its kernel and bias."""
        scopes = {f"{self.scope}/{layer.name}": layer for layer in self.convolutions}
        return {**scopes, self.linear_scope: self.linear}


@keras.saving.register_keras_serializable(package="inpaint_tf")
class LocalCritic(Critic):
    """Sees the picture cropped to the hole's box (section 3), 128x128 in the paper.

    Args:
        size: (height, width) or int, of the box.
        width: int, channels of the first convolution.
    """

    def __init__(self, size=128, width=64, **kwargs):
        channels = [width * channels // 64 for channels in LOCAL_CHANNELS]
        super().__init__(
            size,
            channels,
            "discriminator/discriminator_local",
            "discriminator/dout_local_fc",
            **kwargs,
        )


@keras.saving.register_keras_serializable(package="inpaint_tf")
class GlobalCritic(Critic):
    """Sees the completed picture (section 3), 256x256 in the paper.

    Args:
        size: (height, width) or int, of the picture.
        width: int, channels of the first convolution.
    """

    def __init__(self, size=256, width=64, **kwargs):
        channels = [width * channels // 64 for channels in GLOBAL_CHANNELS]
        super().__init__(
            size,
            channels,
            "discriminator/discriminator_global",
            "discriminator/dout_global_fc",
            **kwargs,
        )
