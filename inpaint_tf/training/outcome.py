"""The pictures that the losses judge: those of all stages, and the completed one."""

from typing import NamedTuple

import tensorflow as tf

from inpaint_tf.ops.image import composite


class Outcome(NamedTuple):
    """A generator's pictures of one batch. The last one is completed once, for all losses.

    stages: the pictures of its stages in order, each `[B, H, W, 3]` in [-1, 1].
    completed: `[B, H, W, 3]`, the last stage in the hole and the photo elsewhere.
    """

    stages: tuple
    completed: tf.Tensor

    @property
    def last(self):
        """The last stage's picture, as the network made it."""
        return self.stages[-1]


def outcome_of(batch, output):
    """The `Outcome` of an `Inpainting` of a `Batch`."""
    return Outcome(output.stages, composite(output.last, batch.image, batch.mask))
