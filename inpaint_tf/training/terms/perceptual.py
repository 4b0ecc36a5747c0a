"""How far the last stage's picture is from the truth in the features of a frozen network."""

from inpaint_tf.losses.perceptual import perceptual_loss
from inpaint_tf.training.terms.features import FEATURES, sum_of_both
from inpaint_tf.training.terms.term import Term


def perceptual_term(setting):
    """The `Term` of the network's picture and of the completed one together.

    Source:
        Liu et al. 2018, section 3.3; their weight is 0.05.
    """
    del setting

    def score(batch, output, frozen):
        return sum_of_both(perceptual_loss(*frozen[FEATURES](batch, output)))

    return Term(score, frozen=(FEATURES,))
