"""Keras layers, one per file."""

from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.layers.upsample_conv import UpsampleConv2D

__all__ = ["ContextualAttention", "MirrorPadConv2D", "UpsampleConv2D"]
