"""DeepFill v1: the two-stage generator of the paper with ELU convolutions."""

from typing import Literal

import keras
import tensorflow as tf

from inpaint_tf.layers.mirror_pad_conv import MirrorPadConv2D
from inpaint_tf.models.architecture import IMAGE, PICTURE_AND_MASK, Architecture
from inpaint_tf.models.attentions import ATTENTIONS, Branch, attention_name, attention_option
from inpaint_tf.models.calling import PICTURE_SHAPES
from inpaint_tf.models.coarse_network import CoarseNetwork
from inpaint_tf.models.refinement_network import RefinementNetwork
from inpaint_tf.models.two_stage import TwoStageGenerator
from inpaint_tf.ops.padding import PADDINGS, padded_size

FEATURE_STRIDE = 4  # features of the dilated convolutions are at a quarter of the picture
LARGEST_WIDTH = 1024  # with which the network has 3.7e9 weights
LARGEST_PADDING = 16  # of conv10_atrous, in features


@keras.saving.register_keras_serializable(package="inpaint_tf")
class DeepFillV1(TwoStageGenerator):
    """The generator of "Generative Image Inpainting with Contextual Attention".

    Args:
        width: even int, channels of the first convolution; 32 in the paper and the release.
        padding: "symmetric" (the paper pads by mirroring), "reflect", or "same", zero padding,
            which the released weights need.
        attention: the layer of the refinement network's attention branch: "contextual" (or
            true), or, as in the paper's comparison, "flow" or "transformer", see `AppearanceFlow`
            and `SpatialTransformer`. "none" (or false) leaves the branch out: the paper's baseline
            (its table 1).
        masking: rule of `ContextualAttention` for patches with a hole.
        implementation: "shifts" or "patches", of `ContextualAttention`; the same numbers.
        fill: (red, green, blue), each 0 to 255, of the hole as the network sees it; None is the
            release's rule, 0 in [-1, 1].

    Call arguments, returns:
        as in `TwoStageGenerator`.

    Example:

    >>> generator = DeepFillV1(width=4)
    >>> image, mask = tf.zeros([1, 72, 80, 3]), tf.ones([1, 72, 80, 1])
    >>> generator(image, mask).refined.shape
    TensorShape([1, 72, 80, 3])

    Source:
        Yu et al., CVPR 2018, sections 3 and 4, appendix D; channels as in the release v1.0.0.
    """

    def __init__(
        self,
        width=32,
        padding="symmetric",
        attention: Literal[(*ATTENTIONS, True, False)] = True,
        masking="multiply",
        implementation="shifts",
        fill=None,
        **kwargs,
    ):
        if not isinstance(width, int) or not 2 <= width <= LARGEST_WIDTH or width % 2:
            raise ValueError(
                f"width must be an even number from 2 to {LARGEST_WIDTH}, got {width!r}."
            )
        attention = attention_name(attention)
        require_padding(padding)
        require_fill(fill)
        dtype = kwargs.get("dtype")

        def make_convolution(row, channels):
            return MirrorPadConv2D(
                channels,
                row.kernel,
                padding_mode=padding,
                strides=row.stride,
                dilation_rate=row.dilation,
                activation=activation_of(row),
                name=row.name,
                dtype=dtype,
            )

        architecture = Architecture(
            width, make_convolution, clip, PICTURE_AND_MASK, PICTURE_AND_MASK
        )
        channels = int(architecture.tables.attention_encoder[-1].channels * width)
        branch = Branch(channels, padding, masking, implementation, dtype)
        super().__init__(
            CoarseNetwork(architecture, name="coarse", dtype=dtype),
            RefinementNetwork(
                architecture, ATTENTIONS[attention](branch), name="refinement", dtype=dtype
            ),
            fill,
            **kwargs,
        )
        self.options = {
            "width": width,
            "padding": padding,
            "attention": attention_option(attention),
            "masking": masking,
            "fill": fill if fill is None else list(fill),
        }
        self.implementation = implementation  # no option of the weights: any fits them
        self.smallest_size = smallest_size(padding)
        self.build(*PICTURE_SHAPES)

    @staticmethod
    def smallest_size_with(options):
        """The smallest height and width of a network with these options, a dict."""
        return smallest_size(options["padding"])

    def get_config(self):
        kept = {"name": self.name, "dtype": self.dtype_policy.name}
        return {**kept, **self.options, "implementation": self.implementation}


def require_padding(padding):
    """Raises `ValueError` unless `padding` is one of the convolutions'."""
    if padding not in PADDINGS:
        raise ValueError(f"padding must be one of {', '.join(PADDINGS)}, got {padding!r}.")


def require_fill(fill):
    """Raises `ValueError` unless `fill` is None or a colour."""
    if fill is None:
        return
    numbers = isinstance(fill, (list, tuple)) and all(isinstance(n, (int, float)) for n in fill)
    if not numbers or len(fill) != 3 or not all(0 <= n <= 255 for n in fill):
        raise ValueError(f"fill must be None or [red, green, blue] of 0 to 255, got {fill!r}.")


def activation_of(row):
    """ELU after every convolution except the last of each stage; ReLU before the attention."""
    if row.channels == IMAGE:
        return None
    return "relu" if row.name == "pmconv6" else "elu"


def clip(picture):
    """Bounds the picture to [-1, 1], as the release does."""
    return tf.clip_by_value(picture, -1.0, 1.0)


def smallest_size(padding):
    """The smallest height and width that the mirroring of the dilated convolutions allows."""
    require_padding(padding)
    features = {"same": 1, "symmetric": LARGEST_PADDING, "reflect": LARGEST_PADDING + 1}[padding]
    return padded_size(features * FEATURE_STRIDE, TwoStageGenerator.size_multiple)
