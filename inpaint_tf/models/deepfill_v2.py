"""DeepFill v2: the two-stage generator with gated convolutions, optionally guided by a sketch."""

import keras
import tensorflow as tf

from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.layers.gated_conv import GatedConv2D
from inpaint_tf.models.architecture import (
    IMAGE,
    PICTURE,
    PICTURE_AND_MASK,
    PICTURE_SKETCH_AND_MASK,
    Architecture,
)
from inpaint_tf.models.calling import PICTURE_SHAPES
from inpaint_tf.models.coarse_network import CoarseNetwork
from inpaint_tf.models.deepfill_v1 import (
    LARGEST_WIDTH,
    activation_of,
    require_fill,
    require_padding,
    smallest_size,
)
from inpaint_tf.models.gates import gate_maps
from inpaint_tf.models.refinement_network import RefinementNetwork
from inpaint_tf.models.two_stage import TwoStageGenerator

# Glorot and Bengio's distribution, as in the release: each gated layer makes features about 2.5
# times weaker, so a fresh network ends with a millionth of what it begins with. Or He's, for twice
# the power: half of it is lost in the activation, half at the gate.
# Functions, since one initializer gives the same numbers at every call.
STARTS = {
    "released": keras.initializers.GlorotUniform,
    "level": lambda: keras.initializers.VarianceScaling(4.0, "fan_in", "uniform"),
}


@keras.saving.register_keras_serializable(package="inpaint_tf")
class DeepFillV2(TwoStageGenerator):
    """The generator of "Free-Form Image Inpainting with Gated Convolution".

    Args:
        width: multiple of 4, channels of the first convolution, features and gates together; 48 in
            the release.
        padding: "symmetric", "reflect", or "same", zero padding, which the released weights need.
        guided: whether the coarse network sees a sketch, in a channel of its own.
        attention: whether the refinement network has its attention branch.
        masking: rule of `ContextualAttention` for patches with a hole.
        implementation: "shifts" or "patches", of `ContextualAttention`; the same numbers.
        start: how fresh kernels are drawn: "released", as in the release; or "level", larger, so
            that features are as strong after a gated layer as before it.
        fill: (red, green, blue), each 0 to 255, of the hole as the network sees it; None is the
            release's rule, 0 in [-1, 1].

    Call arguments, returns:
        as in `TwoStageGenerator`.

    Example:

    >>> generator = DeepFillV2(width=4, guided=True)
    >>> image, mask = tf.zeros([1, 72, 80, 3]), tf.ones([1, 72, 80, 1])
    >>> generator(image, mask, sketch=tf.ones([1, 72, 80, 1])).refined.shape
    TensorShape([1, 72, 80, 3])

    Source:
        Yu et al., ICCV 2019, section 3 and figure 3; rows, channels and inputs as in the release
        v2.0.0, whose second stage sees only the picture, without mask or sketch.
    """

    def __init__(
        self,
        width=48,
        padding="symmetric",
        guided=False,
        attention=True,
        masking="multiply",
        implementation="shifts",
        start="released",
        fill=None,
        **kwargs,
    ):
        # The last features have half of the width, and half of them are gates.
        if not isinstance(width, int) or not 4 <= width <= LARGEST_WIDTH or width % 4:
            raise ValueError(
                f"width must be a multiple of 4 from 4 to {LARGEST_WIDTH}, got {width!r}."
            )
        for name, value in (("guided", guided), ("attention", attention)):
            if not isinstance(value, bool):
                raise ValueError(f"{name} must be True or False, got {value!r}.")
        if start not in STARTS:
            raise ValueError(f"start must be one of {', '.join(STARTS)}, got {start!r}.")
        require_padding(padding)
        require_fill(fill)
        dtype = kwargs.get("dtype")

        def make_convolution(row, channels):
            return GatedConv2D(
                channels if row.channels == IMAGE else 2 * channels,
                row.kernel,
                padding_mode=padding,
                strides=row.stride,
                dilation_rate=row.dilation,
                activation=activation_of(row),
                kernel_initializer=STARTS["released" if row.channels == IMAGE else start](),
                name=row.name,
                dtype=dtype,
            )

        attend = ContextualAttention(masking=masking, implementation=implementation, dtype=dtype)
        architecture = Architecture(
            width // 2,  # of features, which the gates let through
            make_convolution,
            tf.tanh,
            PICTURE_SKETCH_AND_MASK if guided else PICTURE_AND_MASK,
            PICTURE,
            guided,
        )
        super().__init__(
            CoarseNetwork(architecture, name="coarse", dtype=dtype),
            RefinementNetwork(
                architecture, attend if attention else None, name="refinement", dtype=dtype
            ),
            fill,
            **kwargs,
        )
        self.options = {
            "width": width,
            "padding": padding,
            "guided": guided,
            "attention": attention,
            "masking": masking,
            "fill": fill if fill is None else list(fill),
        }
        # No options of the weights: any fits them.
        self.implementation, self.start = implementation, start
        self.smallest_size = smallest_size(padding)
        self.build(*PICTURE_SHAPES)

    def gates(self, image, mask, sketch=None):
        """What the gates let through, for display; see `models.gates.gate_maps`."""
        return gate_maps(self, image, mask, sketch)

    @staticmethod
    def smallest_size_with(options):
        """The smallest height and width of a network with these options, a dict."""
        return smallest_size(options["padding"])

    def get_config(self):
        kept = {"name": self.name, "dtype": self.dtype_policy.name}
        made = {"implementation": self.implementation, "start": self.start}
        return {**kept, **self.options, **made}
