"""Attention by sampling: every feature is read at one predicted position."""

import keras
import tensorflow as tf

from inpaint_tf.layers.attention_outputs import AttentionOutputs
from inpaint_tf.layers.inputs import require_features
from inpaint_tf.ops.sampling import bilinear_sample, cell_offsets
from inpaint_tf.ops.spans import crop


class SamplingAttention(AttentionOutputs, keras.layers.Layer):
    """The base of layers that read the background at positions predicted from the foreground.

    Each can replace `ContextualAttention`. It has `positions(foreground)`, the rows and columns
    that are read, `[B, H, W]` float32 in pixels, and `scopes`.

    Args:
        channels: int, of the features.
        kernel_size: odd int, of the convolution over them.
        padding_mode: its padding, as in `MirrorPadConv2D`.
        rate: int, side of the cells in which offsets are given.

    Call arguments:
        foreground: `[B, H, W, C]` float features; H and W are multiples of `rate`.
        background: of the same shape, often the foreground itself.
        mask: not used: as in the paper's comparison, nothing keeps the positions out of the hole.
            The features know of it, since the network sees the mask.
        needed, with_offsets: as in `ContextualAttention`.

    Returns:
        `(features, offsets)`, as in `ContextualAttention`; the offsets are rounded to cells.
    """

    def __init__(self, channels, kernel_size=3, padding_mode="symmetric", rate=2, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True  # `mask` is the hole, not a mask of Keras's own
        self.channels, self.kernel_size = channels, kernel_size
        self.padding_mode, self.rate = padding_mode, rate

    def build(self, foreground_shape, background_shape=None, mask_shape=None):
        del foreground_shape, background_shape, mask_shape  # the variables exist
        self.built = True

    def call(self, foreground, background, mask=None, needed=None, with_offsets=None):
        del mask
        require_features(foreground, "foreground")
        require_features(background, "background")
        background = tf.cast(background, foreground.dtype)  # Keras 2 casts only the first argument
        rows, columns = self.positions(foreground)
        if with_offsets is None:
            with_offsets = needed is None
        offsets = cell_offsets(rows, columns, self.rate) if with_offsets else None
        if needed is not None:
            rows, columns = (crop(x[..., tf.newaxis], *needed)[..., 0] for x in (rows, columns))
        return bilinear_sample(background, rows, columns), offsets

    def get_config(self):
        return {
            **super().get_config(),
            "channels": self.channels,
            "kernel_size": self.kernel_size,
            "padding_mode": self.padding_mode,
            "rate": self.rate,
        }
