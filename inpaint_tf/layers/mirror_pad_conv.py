"""Convolution with a mirrored border."""

import warnings

import keras
import tensorflow as tf

from inpaint_tf.compat import dilated_gradients_exist, fuses_bfloat16
from inpaint_tf.layers.inputs import require_features
from inpaint_tf.ops.doubling import interleave, small_kernels
from inpaint_tf.ops.padding import PADDINGS, mirror_pad


@keras.saving.register_keras_serializable(package="inpaint_tf")
class MirrorPadConv2D(keras.layers.Conv2D):
    """Convolution whose border is mirrored instead of filled with zeros.

    The input is padded by `p = dilation_rate * (kernel_size - 1) / 2` on every side and then
    convolved without padding, so a stride of 1 keeps the size.

    Args:
        filters: int, number of output channels.
        kernel_size: odd int.
        padding_mode: "symmetric" repeats the edge pixel, "reflect" does not; "same" is TensorFlow's
            zero padding, which the released weights were trained with. Its old name, `mirror`, is
            still accepted.
        **kwargs: any `keras.layers.Conv2D` argument except `padding`.

    Call arguments:
        inputs: `[B, H, W, C]` float features. "reflect" needs `H, W > p`, "symmetric" needs
            `H, W >= p`.

    Returns:
        `[B, ceil(H / strides), ceil(W / strides), filters]`.

    Raises:
        ValueError: `kernel_size` is even, or `padding_mode` is unknown.

    Example:

    >>> layer = MirrorPadConv2D(32, 3, strides=2)
    >>> layer(tf.zeros([1, 65, 64, 3])).shape
    TensorShape([1, 33, 32, 32])

    Source:
        Yu et al., "Generative Image Inpainting with Contextual Attention", CVPR 2018, section 3:
        https://arxiv.org/abs/1801.07892. `gen_conv` of the original, with PADDING "SYMMETRIC",
        "REFLECT" or "SAME". With `strides > 1` the mirrored ones have another sampling grid than
        "same": weights trained with one do not fit the other.
    """

    def __init__(self, filters, kernel_size, padding_mode="symmetric", **kwargs):
        padding_mode = under_former_name(padding_mode, kwargs)
        if padding_mode not in PADDINGS:
            raise ValueError(
                f"padding_mode must be one of {', '.join(PADDINGS)}, got {padding_mode!r}."
            )
        kwargs.pop("padding", None)  # the configuration of the parent class carries it
        super().__init__(filters, kernel_size, padding="valid", **kwargs)
        for size in self.kernel_size:
            if size % 2 == 0:
                raise ValueError(f"kernel_size must be odd, got {size}.")
        if len({*self.kernel_size}) > 1 or len({*self.dilation_rate}) > 1:
            raise ValueError(
                f"kernel_size and dilation_rate must be square, got {self.kernel_size} and "
                f"{self.dilation_rate}."
            )
        self.padding_mode = padding_mode

    @property
    def padding_amount(self):
        """How many pixels are padded on every side."""
        return self.dilation_rate[0] * (self.kernel_size[0] - 1) // 2

    def call(self, inputs):
        # Not the parent's call: it would declare the shape of the padded input's result.
        return self._finish(self._convolved(inputs), self.bias if self.use_bias else None)

    def _convolved(self, inputs):
        require_features(inputs)
        if self.padding_mode == "same":
            padded, padding = inputs, "SAME"
        else:
            padded, padding = mirror_pad(inputs, self.padding_amount, self.padding_mode), "VALID"
        convolve = tf.nn.conv2d
        if self.dilation_rate[0] > 1 and not dilated_gradients_exist():
            convolve = tf.nn.convolution  # by way of a rearranged batch
        return convolve(padded, self.kernel, self.strides, padding, dilations=self.dilation_rate)

    def call_doubled(self, inputs):
        """The result of `call` for the inputs doubled by nearest neighbours, with less arithmetic.

        Only if `doubles` is true. The activation must work number by number.
        """
        require_features(inputs)
        if self.padding_mode == "same":
            # Not by the convolution's own explicit padding, whose gradients oneDNN leaves out.
            padded = tf.pad(inputs, [[0, 0], [1, 1], [1, 1], [0, 0]])
        else:  # a doubled picture mirrors its edge pixel either way
            padded = mirror_pad(inputs, 1, "symmetric")
        kernels, bias = self._doubling_weights()
        return interleave(self._finish(tf.nn.conv2d(padded, kernels, 1, "VALID"), bias))

    def _doubling_weights(self):
        bias = tf.tile(self.bias, [4]) if self.use_bias else None
        return small_kernels(self.kernel), bias

    @property
    def doubles(self):
        """Whether `call_doubled` can be used: a kernel of 3x3, neither strided nor dilated."""
        plain = {*self.strides, *self.dilation_rate, self.groups} == {1}
        return plain and {*self.kernel_size} == {3}

    def _finish(self, x, bias):
        # Half precision continues in float32, unless the three steps are fused: then nothing may
        # come between them.
        kept = x.dtype.size >= 4 or (x.dtype == tf.bfloat16 and fuses_bfloat16())
        wide = x if kept else tf.cast(x, tf.float32)
        if bias is not None:
            wide = tf.nn.bias_add(wide, tf.cast(bias, wide.dtype))
        if self.activation is not None:
            wide = self.activation(wide)
        return tf.cast(wide, x.dtype)

    def compute_output_shape(self, input_shape):
        batch, height, width, _ = tuple(input_shape)
        sides = (
            None if side is None else -(-side // stride)
            for side, stride in zip((height, width), self.strides)
        )
        return (batch, *sides, self.filters)

    def get_config(self):
        return {**super().get_config(), "padding_mode": self.padding_mode}


def under_former_name(padding_mode, kwargs):
    """`padding_mode`, or `mirror`, its name in older files and programs."""
    if "mirror" not in kwargs:
        return padding_mode
    warnings.warn("mirror is called padding_mode now.", DeprecationWarning, stacklevel=3)
    return kwargs.pop("mirror")
