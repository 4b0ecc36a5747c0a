"""Holes by name: functions of a seed to the mask and the box of one example."""

from dataclasses import dataclass

import tensorflow as tf

from inpaint_tf.masks.box import sample_box, sample_box_hole
from inpaint_tf.masks.brush import RELEASED, Strokes, sample_brush
from inpaint_tf.masks.seeds import fold, integers


@dataclass(frozen=True)
class MaskSampler:
    """Draws the hole and the box of one example.

    Args:
        name: "box", "brush", "box_or_brush" (the union of both), "mixed" (one of these three, each
            as often as the others), or another name, whose holes `from_elsewhere` gives.
        size: (H, W) of the pictures.
        box_size: (height, width) of the box that the local critic sees.
        max_shrink: (vertical, horizontal) pixels that the hole may lose at each side of the box.
        margin: (vertical, horizontal) distance of the box to the border.
        strokes: how a brush draws, `Strokes`.
        from_elsewhere: function of (seed, (H, W)) that gives a mask, read from a file or drawn by
            NumPy, and a sentence about its fault, "" if there is none.
    """

    name: str
    size: tuple
    box_size: tuple
    max_shrink: tuple = (0, 0)
    margin: tuple = (0, 0)
    strokes: Strokes = RELEASED
    from_elsewhere: object = None

    def __call__(self, seed, points=None):
        """Gives (mask `[H, W, 1]` float32, box `[4]` int32, fault) for a `[2]` int32 seed.

        Landmarks of a face, `points`, are not used here, but by `masks.face_sampler`.
        """
        del points
        box = sample_box(fold(seed, 0), self.size, self.box_size, self.margin)
        if self.from_elsewhere is not None:
            mask, fault = self.from_elsewhere(fold(seed, 3), self.size)
            return mask, box, fault
        return self._hole(seed, box), box, ""

    def _hole(self, seed, box):
        if self.name == "brush":
            return sample_brush(fold(seed, 2), self.size, self.strokes)
        hole = sample_box_hole(fold(seed, 1), self.size, box, self.max_shrink)
        if self.name == "box":
            return hole
        strokes = sample_brush(fold(seed, 2), self.size, self.strokes)
        both = tf.maximum(hole, strokes)
        if self.name == "box_or_brush":
            return both
        return tf.stack([hole, strokes, both])[integers(fold(seed, 4), 0, 2)]


def center_box(size, box_size):
    """The box in the middle of the picture, `[4]` int32."""
    top, left = ((whole - part) // 2 for whole, part in zip(size, box_size))
    return tf.constant([top, left, *box_size], tf.int32)
