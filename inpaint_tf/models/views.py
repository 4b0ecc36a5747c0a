"""Views of critics: the picture, the hole's surroundings, or the picture with its mask."""

from typing import Callable, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.boxes import crop_boxes


class View(NamedTuple):
    """What a critic sees of a picture.

    picture: function of (picture, batch) to the critic's input.
    mask: function of (batch) to the hole in it, `[B, h, w, 1]`.
    """

    picture: Callable
    mask: Callable


def global_view():
    """The picture as it is."""
    return View(lambda picture, batch: picture, lambda batch: batch.mask)


def local_view(box_size):
    """The picture cropped to the hole's box, (height, width)."""
    return View(
        lambda picture, batch: crop_boxes(picture, batch.box, box_size),
        lambda batch: crop_boxes(batch.mask, batch.box, box_size),
    )


def marked_view():
    """The picture, its mask, and the sketch in the hole if there is one."""

    def picture_and_mask(picture, batch):
        drawn = [] if batch.sketch is None else [batch.sketch * batch.mask]
        return tf.concat([picture, batch.mask, *drawn], axis=-1)

    return View(picture_and_mask, lambda batch: batch.mask)
