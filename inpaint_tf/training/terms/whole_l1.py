"""How far a stage's picture is from the truth, hole and known pixels alike."""

from inpaint_tf.losses.reconstruction import discounted_l1
from inpaint_tf.training.terms.term import Term, stage_of


def whole_l1_term(stage, setting):
    """The `Term` of one stage.

    Source:
        The release v2.0.0: mean |image - prediction| over the whole picture.
    """
    del setting

    def score(batch, output, frozen):
        del frozen
        prediction = stage_of(output, stage)
        return None if prediction is None else discounted_l1(batch.image, prediction, 1.0)

    return Term(score, watched=True)
