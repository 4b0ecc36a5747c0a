"""How much the completed picture varies from pixel to pixel in the hole."""

from inpaint_tf.losses.total_variation import total_variation
from inpaint_tf.training.terms.term import Term


def total_variation_term(setting):
    """The `Term` of the last stage."""
    del setting

    def score(batch, output, frozen):
        del frozen
        return total_variation(output.completed, batch.mask)

    return Term(score)
