"""One picture with one hole."""

from typing import NamedTuple

import numpy as np

from inpaint_tf.evaluation.buckets import bucket_of
from inpaint_tf.masks.irregular import touches_border


class Case(NamedTuple):
    """One picture with one hole.

    picture: its number.
    mask: name of the mask.
    hole: `[H, W]` bool, True in the hole.
    """

    picture: int
    mask: str
    hole: np.ndarray

    @property
    def share(self):
        """How much of the picture its hole takes, 0 to 1."""
        return float(self.hole.mean())

    @property
    def bucket(self):
        return bucket_of(self.share)

    @property
    def touches_border(self):
        """Whether the hole comes nearer to the border than 50/512 of the side."""
        return touches_border(self.hole)
