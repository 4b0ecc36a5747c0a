"""The values that travel between modules."""

from typing import NamedTuple, Optional

import tensorflow as tf


class Batch(NamedTuple):
    """Training examples.

    image: `[B, H, W, 3]` float32 RGB in [-1, 1].
    mask: `[B, H, W, 1]` float32, 1 = hole.
    box: `[B, 4]` int32, top, left, height, width of the local view.
    sketch: `[B, H, W, 1]` float32, 1 = line, or None for networks that are not guided.
    face: `[B, 4]` float32, top, left, height, width of the square around the face, of which parts
        may lie outside; zeros if there is no face. None if nothing needs faces.
    """

    image: tf.Tensor
    mask: tf.Tensor
    box: tf.Tensor
    sketch: Optional[tf.Tensor] = None
    face: Optional[tf.Tensor] = None


class Inpainting(NamedTuple):
    """The result of a generator.

    stages: the pictures of its stages in order, each `[B, H, W, 3]` in [-1, 1]; the last is kept.
    offsets: `[B, H/8, W/8, 2]` int32 (dy, dx) to the best matching patch, or None if the
        network has no attention; () instead of None in functional models and from `predict`.
    """

    stages: tuple
    offsets: Optional[tf.Tensor] = None

    @property
    def coarse(self):
        """The first stage's picture."""
        return self.stages[0]

    @property
    def refined(self):
        """The second stage's picture, None if there is no second stage."""
        return self.stages[1] if len(self.stages) > 1 else None

    @property
    def last(self):
        """The picture that is kept."""
        return self.stages[-1]
