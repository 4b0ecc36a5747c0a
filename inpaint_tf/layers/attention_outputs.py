"""The outputs of the layers that can form the attention branch: features and offsets."""

import keras


class AttentionOutputs:
    """Shapes and masks of the outputs, for a layer with `rate` called with foreground, background.

    Features are `[B, H, W, C]` as the foreground, offsets `[B, H / rate, W / rate, 2]` int32.
    """

    def compute_output_shape(self, foreground_shape, background_shape=None, mask_shape=None):
        batch, height, width, channels = tuple(foreground_shape)
        grid = [None if side is None else side // self.rate for side in (height, width)]
        return (batch, height, width, channels), (batch, *grid, 2)

    def compute_output_spec(self, *args, **kwargs):
        # Keras 3 would give every output the layer's own type; the offsets are integers.
        return super(keras.layers.Layer, self).compute_output_spec(*args, **kwargs)

    def compute_mask(self, *args, **kwargs):
        del args, kwargs  # holes do not travel on as Keras's masks, which would weigh losses
