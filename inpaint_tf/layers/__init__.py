"""Keras layers, one per file."""

from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.batch_norm import BatchNorm
from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.layers.gated_conv import GatedConv2D
from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.layers.partial_conv import PartialConv2D
from inpaint_tf.layers.spatial_transformer import SpatialTransformer
from inpaint_tf.layers.spectral_conv import SpectralConv2D
from inpaint_tf.layers.upsample_conv import UpsampleConv2D

__all__ = [
    "AppearanceFlow",
    "BatchNorm",
    "ContextualAttention",
    "GatedConv2D",
    "MirrorPadConv2D",
    "PartialConv2D",
    "SpatialTransformer",
    "SpectralConv2D",
    "UpsampleConv2D",
]
