"""Holes over faces: a fixed part of aligned pictures, or a part of the face by its landmarks."""

from dataclasses import dataclass
from typing import Optional

import numpy as np
import tensorflow as tf

from inpaint_tf.masks.face_region import LOWER_FACE, face_region_hole
from inpaint_tf.masks.seeds import uniform


@dataclass(frozen=True)
class FaceMaskSampler:
    """Gives the hole and the box of one example, as `masks.sampler.MaskSampler` does.

    Args:
        size: (H, W) of the pictures.
        box_size: (height, width) of the box that the local critic sees; it has the hole's middle
            where the picture allows.
        rectangle: (top, left, height, width) of the fixed hole as fractions of the picture's sides.
        region: one of `masks.face_region.REGIONS`; None is the fixed hole. Without landmarks, or if
            they lie outside the picture, the hole is also the fixed one.
        jitter: how far the hole over a region may be moved, enlarged and reduced, in distances
            between the outer eye corners.
    """

    size: tuple
    box_size: tuple
    rectangle: tuple = LOWER_FACE
    region: Optional[str] = None
    jitter: float = 0.0

    def __call__(self, seed, points=None):
        """Gives (mask `[H, W, 1]` float32, box `[4]` int32, fault "").

        Args:
            seed: `[2]` int32.
            points: `[P, 2]` float32 x, y, NaN if there is no face; for a region.
        """
        if self.region is None:
            hole = self.fixed_hole()
            return tf.constant(_as_mask(hole)), tf.constant(box_over(hole, self.box_size)), ""
        drawn = uniform(seed, [3], -self.jitter, self.jitter)
        mask, box = tf.numpy_function(
            self._over_region, [points, drawn], [tf.float32, tf.int32], stateful=False
        )
        return tf.ensure_shape(mask, [*self.size, 1]), tf.ensure_shape(box, [4]), ""

    def fixed_hole(self):
        """`[H, W]` bool, the fixed hole."""
        hole = np.zeros(self.size, bool)
        top, left, height, width = (
            round(rectangle * side) for rectangle, side in zip(self.rectangle, 2 * tuple(self.size))
        )
        hole[top : top + height, left : left + width] = True
        return hole

    def _over_region(self, points, drawn):
        hole = np.zeros(self.size, bool)
        if np.isfinite(points).all() and len(points):
            hole = face_region_hole(points, self.region, self.size, drawn)
        if not hole.any() or hole.all():
            hole = self.fixed_hole()
        return _as_mask(hole), box_over(hole, self.box_size)


def box_over(hole, box_size):
    """The box of a size whose middle is that of a hole, `[4]` int32, moved into the picture."""
    corner = []
    for axis, length in enumerate(box_size):
        inside = np.flatnonzero(hole.any(axis=1 - axis))
        start = (inside[0] + inside[-1] + 1 - length) // 2
        corner.append(min(max(start, 0), hole.shape[axis] - length))
    return np.array([*corner, *box_size], np.int32)


def _as_mask(hole):
    return hole[..., np.newaxis].astype(np.float32)
