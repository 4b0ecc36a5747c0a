"""The values that travel between modules."""

from typing import NamedTuple

import tensorflow as tf


class Batch(NamedTuple):
    """Training examples.

    image: `[B, H, W, 3]` float32 RGB in [-1, 1].
    mask: `[B, H, W, 1]` float32, 1 = hole.
    box: `[B, 4]` int32, top, left, height, width of the local view.
    """

    image: tf.Tensor
    mask: tf.Tensor
    box: tf.Tensor


class Inpainting(NamedTuple):
    """What a two-stage generator gives back.

    coarse: `[B, H, W, 3]` in [-1, 1], the first stage's picture.
    refined: `[B, H, W, 3]` in [-1, 1], the second stage's picture.
    offsets: `[B, H/8, W/8, 2]` int32 (dy, dx) to the best matching patch, or None where the
        network has no attention.
    """

    coarse: tf.Tensor
    refined: tf.Tensor
    offsets: tf.Tensor
