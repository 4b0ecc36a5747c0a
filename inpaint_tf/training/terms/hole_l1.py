"""How far a stage's picture is from the truth in the hole."""

import tensorflow as tf

from inpaint_tf.losses.reconstruction import discounted_l1, hole_l1
from inpaint_tf.masks.discount import box_discount, distance_discount
from inpaint_tf.ops.boxes import crop_boxes
from inpaint_tf.training.terms.term import Term, stage_of

FARTHEST = 64  # pixels; 0.99^64 is still 0.53, deeper pixels count as these


def hole_l1_term(stage, setting):
    """The `Term` of one stage; the setting's `discount_form` weights its pixels."""
    hole_loss = DISCOUNT_FORMS[setting.discount_form](setting.box_size, setting.discount)

    def score(batch, output, frozen):
        del frozen
        prediction = stage_of(output, stage)
        return None if prediction is None else hole_loss(batch.image, prediction, batch)

    return Term(score, watched=True)


def box_hole_loss(box_size, discount):
    """The hole's loss as recorded from the release: over the whole box, weighted by position.

    Args:
        box_size: (height, width) of the boxes.
        discount: 1 is off.

    Returns:
        A function of (image, prediction, batch) to `[B]`.
    """
    weights = box_discount(box_size, discount)

    def loss(image, prediction, batch):
        pair = crop_boxes(tf.concat([image, prediction], axis=-1), batch.box, box_size)
        return discounted_l1(pair[..., :3], pair[..., 3:], weights)

    return loss


def distance_hole_loss(box_size, discount):
    """The hole's loss for holes of any shape, weighted by the distance to the known pixels.

    Args, returns:
        as in `box_hole_loss`; the boxes do not matter.
    """
    del box_size

    def loss(image, prediction, batch):
        weights = batch.mask
        if discount < 1:
            weights = distance_discount(batch.mask, discount, FARTHEST)
        return hole_l1(image, prediction, batch.mask, weights)

    return loss


DISCOUNT_FORMS = {"box": box_hole_loss, "distance": distance_hole_loss}
