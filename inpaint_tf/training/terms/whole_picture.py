"""The last stage's picture in [0, 1], scored over all numbers of the picture."""

from inpaint_tf.losses.whole_picture import (
    hole_l1_of_picture,
    known_l1_of_picture,
    total_variation_of_picture,
)
from inpaint_tf.ops.image import unit_range
from inpaint_tf.training.terms.term import Term


def picture_hole_l1_term(setting):
    """The `Term` of the hole; the weight of Liu et al. 2018 is 6."""
    return _l1_term(setting, hole_l1_of_picture)


def picture_known_l1_term(setting):
    """The `Term` outside the hole; the weight of Liu et al. 2018 is 1."""
    return _l1_term(setting, known_l1_of_picture)


def _l1_term(setting, loss):
    del setting

    def score(batch, output, frozen):
        del frozen
        return loss(unit_range(batch.image), unit_range(output.last), batch.mask)

    return Term(score, watched=True)


def picture_total_variation_term(setting):
    """The `Term` of the completed picture's hole; the weight of Liu et al. 2018 is 0.1."""
    del setting

    def score(batch, output, frozen):
        del frozen
        return total_variation_of_picture(unit_range(output.completed), batch.mask)

    return Term(score)
