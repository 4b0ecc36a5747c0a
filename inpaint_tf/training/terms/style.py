"""How far the last stage's picture is from the truth in the correlations of features."""

from inpaint_tf.losses.perceptual import style_loss
from inpaint_tf.training.terms.features import FEATURES, sum_of_both
from inpaint_tf.training.terms.term import Term


def style_term(setting):
    """The `Term` of the network's picture and of the completed one together.

    Source:
        Liu et al. 2018, section 3.3; their weight is 120.
    """
    del setting

    def score(batch, output, frozen):
        return sum_of_both(style_loss(*frozen[FEATURES](batch, output)))

    return Term(score, frozen=(FEATURES,))
