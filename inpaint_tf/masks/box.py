"""Rectangular holes: a box at a random position, shrunk by random amounts."""

import tensorflow as tf

from inpaint_tf.masks.seeds import fold, integers
from inpaint_tf.ops.boxes import box_mask


def sample_box(seed, size, box_size, margin=(0, 0)):
    """Draws the position of a box.

    Args:
        seed: `[2]` int32.
        size: (H, W) of the picture.
        box_size: (height, width) of the box.
        margin: least distance to the border, vertical and horizontal.

    Returns:
        `[4]` int32 top, left, height, width. Top is uniform from the margin up to, but without,
        the last position that fits, as in the authors' release (0..127 for 128 of 256), unless
        only one fits.
    """
    corner = [
        integers(fold(seed, axis), margin[axis], _last_position(size, box_size, margin, axis))
        for axis in (0, 1)
    ]
    return tf.stack([*corner, tf.constant(box_size[0]), tf.constant(box_size[1])])


def sample_box_hole(seed, size, box, max_shrink):
    """Shrinks a box into a hole: by one number at top and bottom, by another at left and right.

    Args:
        seed: `[2]` int32.
        size: (H, W) of the picture.
        box: `[4]` int32.
        max_shrink: (vertical, horizontal), the most that is taken from each side.

    Returns:
        `[H, W, 1]` float32, 1 in the hole.

    Source:
        Yu et al., CVPR 2018, section 3; numbers of the release v1.0.0.
    """
    vertical = integers(fold(seed, 0), 0, max_shrink[0])
    horizontal = integers(fold(seed, 1), 0, max_shrink[1])
    top, left, height, width = tf.unstack(box)
    hole = tf.stack(
        [top + vertical, left + horizontal, height - 2 * vertical, width - 2 * horizontal]
    )
    return box_mask(hole, size)


def _last_position(size, box_size, margin, axis):
    past_the_end = size[axis] - margin[axis] - box_size[axis]
    return max(past_the_end - 1, margin[axis])
