"""The two-stage architecture as data: rows in the paper's order, named after the original's scopes.

A diff of these tables is a diff of the network. Source: the release v1.0.0, which departs from
the paper's appendix in `xconv2` and `pmconv2` (32 channels) and `xconv4` (64).
"""

import math
from typing import Callable, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.spans import Span, maximum, minimum, round_up


class Row(NamedTuple):
    """One convolution.

    name: the original's variable scope.
    kernel, stride, dilation: ints, the same in both directions.
    channels: output channels in units of the network's width; `IMAGE` is a picture's three.
    doubled: whether the input is doubled by nearest neighbours first.
    """

    name: str
    kernel: int
    stride: int
    dilation: int
    channels: float
    doubled: bool = False

    @property
    def scope(self):
        """The scope of the variables; the release wraps doubling layers in a scope of their own."""
        return f"{self.name}/{self.name}_conv" if self.doubled else self.name


IMAGE = -1

COARSE_ENCODER = (
    Row("conv1", 5, 1, 1, 1),
    Row("conv2_downsample", 3, 2, 1, 2),
    Row("conv3", 3, 1, 1, 2),
    Row("conv4_downsample", 3, 2, 1, 4),
    Row("conv5", 3, 1, 1, 4),
    Row("conv6", 3, 1, 1, 4),
    Row("conv7_atrous", 3, 1, 2, 4),
    Row("conv8_atrous", 3, 1, 4, 4),
    Row("conv9_atrous", 3, 1, 8, 4),
    Row("conv10_atrous", 3, 1, 16, 4),
)

COARSE_DECODER = (
    Row("conv11", 3, 1, 1, 4),
    Row("conv12", 3, 1, 1, 4),
    Row("conv13_upsample", 3, 1, 1, 2, doubled=True),
    Row("conv14", 3, 1, 1, 2),
    Row("conv15_upsample", 3, 1, 1, 1, doubled=True),
    Row("conv16", 3, 1, 1, 0.5),
    Row("conv17", 3, 1, 1, IMAGE),
)

DILATED_BRANCH = (
    Row("xconv1", 5, 1, 1, 1),
    Row("xconv2_downsample", 3, 2, 1, 1),
    Row("xconv3", 3, 1, 1, 2),
    Row("xconv4_downsample", 3, 2, 1, 2),
    Row("xconv5", 3, 1, 1, 4),
    Row("xconv6", 3, 1, 1, 4),
    Row("xconv7_atrous", 3, 1, 2, 4),
    Row("xconv8_atrous", 3, 1, 4, 4),
    Row("xconv9_atrous", 3, 1, 8, 4),
    Row("xconv10_atrous", 3, 1, 16, 4),
)

# The features that contextual attention compares and pastes ...
ATTENTION_ENCODER = (
    Row("pmconv1", 5, 1, 1, 1),
    Row("pmconv2_downsample", 3, 2, 1, 1),
    Row("pmconv3", 3, 1, 1, 2),
    Row("pmconv4_downsample", 3, 2, 1, 4),
    Row("pmconv5", 3, 1, 1, 4),
    Row("pmconv6", 3, 1, 1, 4),
)

# ... and what follows it.
ATTENTION_TAIL = (
    Row("pmconv9", 3, 1, 1, 4),
    Row("pmconv10", 3, 1, 1, 4),
)

DECODER = (
    Row("allconv11", 3, 1, 1, 4),
    Row("allconv12", 3, 1, 1, 4),
    Row("allconv13_upsample", 3, 1, 1, 2, doubled=True),
    Row("allconv14", 3, 1, 1, 2),
    Row("allconv15_upsample", 3, 1, 1, 1, doubled=True),
    Row("allconv16", 3, 1, 1, 0.5),
    Row("allconv17", 3, 1, 1, IMAGE),
)


class Tables(NamedTuple):
    """The rows of a two-stage network, each a tuple of `Row`.

    coarse_encoder, coarse_decoder: stage one.
    dilated_branch, attention_encoder, attention_tail, decoder: stage two; the attention lies
        between its encoder and its tail.
    """

    coarse_encoder: tuple
    coarse_decoder: tuple
    dilated_branch: tuple
    attention_encoder: tuple
    attention_tail: tuple
    decoder: tuple


# Of DeepFill v1 and v2 alike.
DEEPFILL = Tables(
    COARSE_ENCODER, COARSE_DECODER, DILATED_BRANCH, ATTENTION_ENCODER, ATTENTION_TAIL, DECODER
)


class StageInput(NamedTuple):
    """The input of a stage's first convolutions.

    of: function of (image, mask, sketch) to `[B, H, W, channels]`.
    channels: int; the first three are the picture's colours.
    """

    of: Callable
    channels: int


class Architecture(NamedTuple):
    """The parts of a two-stage network, except its attention.

    width: channels of the first convolution's output.
    make_convolution: function of (row, channels) that gives an unbuilt Keras layer with that many
        output channels.
    finish: function of the last features that bounds the picture to [-1, 1].
    first_input, second_input: `StageInput`s.
    guided: whether the inputs show a sketch.
    tables: `Tables`.
    """

    width: int
    make_convolution: Callable
    finish: Callable
    first_input: StageInput
    second_input: StageInput
    guided: bool = False
    tables: Tables = DEEPFILL


def with_ones_and_mask(image, mask, sketch=None):
    """The picture, the sketch if there is one, a channel of ones, the mask.

    The ones tell inside from outside where convolutions pad with zeros.
    """
    mask = tf.cast(mask, image.dtype)
    drawn = [] if sketch is None else [tf.cast(sketch, image.dtype)]
    return tf.concat([image, *drawn, tf.ones_like(mask), mask], axis=-1)


def picture_alone(image, mask, sketch=None):
    """The picture alone: three colours, without mask or sketch."""
    del mask, sketch
    return image


PICTURE_AND_MASK = StageInput(with_ones_and_mask, 5)
PICTURE_SKETCH_AND_MASK = StageInput(with_ones_and_mask, 6)
PICTURE = StageInput(picture_alone, 3)


def input_span(rows, span, size):
    """The part of the input that rows need for a part of their output, or slightly more.

    Args:
        rows: tuple of `Row`.
        span: `inpaint_tf.ops.spans.Span` of the output, rows or columns of the picture.
        size: of the whole input in that direction, a multiple of `scale_of(rows)`; a mirrored
            border lies inside.

    Returns:
        `Span` of the input. Both ends are multiples of `scale_of(rows)`, so that steps of two meet
        the same pixels as in the whole input.
    """
    start, stop = span.start, span.stop
    # Rows that double nothing are looked through at once: in a graph every step is an operation.
    times, radius = 1, 0
    for row in reversed(rows):
        times, radius = times * row.stride, radius * row.stride
        radius += row.dilation * (row.kernel - 1) // 2
        if row.doubled:
            start, stop = (start * times - radius) // 2, (stop * times + radius + 1) // 2
            times, radius = 1, 0
    scale = scale_of(rows)
    start, stop = start * times - radius, stop * times + radius
    if scale > 1:
        start, stop = start // scale * scale, round_up(stop, scale)
    start, stop = maximum(start, 0), minimum(stop, size)
    return Span(start, stop - start)


def scale_of(rows):
    """The factor by which rows reduce their input, in each direction."""
    return math.prod(row.stride for row in rows)


def output_span(rows, span):
    """The part of the output that rows of stride 1 compute from a part of their input."""
    scale = 2 ** sum(row.doubled for row in rows)
    return Span(span.start * scale, span.size * scale)
