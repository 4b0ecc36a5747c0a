"""How much the gates let through, layer by layer, beside the masks of partial convolutions."""

from typing import NamedTuple

import tensorflow as tf

from inpaint_tf.ops.image import composite
from inpaint_tf.ops.resize import corner_aligned_nearest, double_nearest


class GateMap(NamedTuple):
    """The gate of one convolution for one picture.

    name: of the convolution.
    gate: `[B, h, w, 1]` in (0, 1), the mean over its channels; how much passes.
    known: `[B, h, w, 1]`, 1 where a partial convolution in its stead would know anything.
    """

    name: str
    gate: tf.Tensor
    known: tf.Tensor


def gate_maps(generator, image, mask, sketch=None):
    """The gates of a two-stage generator, in the order in which they are computed.

    Args:
        generator: a `TwoStageGenerator` with gated convolutions.
        image, mask, sketch: its call arguments.

    Returns:
        A list of `GateMap`, empty if no convolution is gated. Each stage begins with the hole
        unknown; a partial convolution knows a position once its window has a known pixel.

    Source:
        Yu et al., ICCV 2019, section 3.2 and figure 3, where gates learn what masks updated by a
        rule cannot.
    """
    image, sketch = generator.prepared(tf.convert_to_tensor(image), mask, sketch)
    coarse_network, refinement = generator.coarse_network, generator.refinement_network
    first, second = (part.architecture for part in (coarse_network, refinement))
    maps, hole_known = [], 1.0 - mask

    x = first.first_input.of(image, mask, sketch)
    x, _ = _through(coarse_network.stack, x, hole_known, maps)
    filled = composite(first.finish(tf.cast(x, tf.float32)), image, mask)

    x = second.second_input.of(filled, mask, sketch)
    features, known = _through(refinement.dilated_branch, x, hole_known, maps)
    if refinement.attention is not None:
        attended, reached = _through(refinement.attention_encoder, x, hole_known, maps)
        small = corner_aligned_nearest(mask, *attended.shape[1:3])
        attended, _ = refinement.attention(attended, attended, small)
        attended, reached = _through(refinement.attention_tail, attended, reached, maps)
        features, known = tf.concat([features, attended], axis=-1), tf.maximum(known, reached)
    _through(refinement.decoder, features, known, maps)
    return maps


def _through(stack, x, known, maps):
    for row, step, convolution in zip(stack.rows, stack.steps, stack.convolutions):
        known = known_after(known, row)
        if getattr(convolution, "gated", False):
            seen = tf.cast(double_nearest(x) if row.doubled else x, tf.float32)
            gate = convolution.feature_and_gate(seen)[1]
            maps.append(GateMap(row.name, tf.reduce_mean(gate, axis=-1, keepdims=True), known))
        x = step(x)
    return x, known


def known_after(known, row):
    """Where a partial convolution of this `Row` knows something, given where its input does."""
    if row.doubled:
        known = double_nearest(known)
    ones = tf.ones([row.kernel, row.kernel, 1, 1])
    count = tf.nn.convolution(known, ones, row.stride, "SAME", dilations=row.dilation)
    return tf.cast(count > 0.5, tf.float32)
