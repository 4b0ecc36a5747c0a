"""How far a stage's picture is from the truth outside the hole."""

from inpaint_tf.losses.reconstruction import known_l1
from inpaint_tf.training.terms.term import Term, stage_of


def known_l1_term(stage, setting):
    """The `Term` of one stage."""
    del setting

    def score(batch, output, frozen):
        del frozen
        prediction = stage_of(output, stage)
        return None if prediction is None else known_l1(batch.image, prediction, batch.mask)

    return Term(score, watched=True)
