"""Whether a plane in feature space separates completed pictures from originals (P-IDS, U-IDS)."""

import numpy as np

from inpaint_tf.errors import InputError


def require_scikit_learn():
    """Raises `InputError` if the package is missing."""
    try:
        import sklearn.svm  # noqa: F401
    except ImportError as error:
        raise InputError(
            "--ids needs the package scikit-learn; expected it installed, as by the extra metrics: "
            "pip install 'inpaint_tf[metrics]'."
        ) from error


def unpaired_discrimination(real, made):
    """U-IDS: the percentage of pictures that a linear classifier assigns to the wrong set.

    Args:
        real, made: `[N, D]` floats, features of originals and, in their order, of their
            completions; the classifier is judged on what it was fitted to.

    Returns:
        float: 0 if the sets can be told apart, 50 if not at all.

    Source:
        Zhao et al. 2021 (CoModGAN), section 3.3; classifier and formula as in MAT, CVPR 2022.
    """
    real_scores, made_scores = _scores(real, made)
    right = np.concatenate([real_scores > 0, made_scores <= 0])
    return 100 * (1 - float(right.mean()))


def paired_discrimination(real, made):
    """P-IDS: the percentage of completions that look more real than their originals.

    Arguments and source as above; 0 if none does, 50 if chance decides.
    """
    real_scores, made_scores = _scores(real, made)
    return 100 * float((made_scores > real_scores).mean())


def _scores(real, made):
    """How far each picture lies on the side of the real ones."""
    from sklearn.svm import LinearSVC

    both = np.concatenate([made, real]).astype(np.float64)
    is_real = np.arange(len(both)) >= len(made)
    scores = LinearSVC(dual=False).fit(both, is_real).decision_function(both)
    return scores[len(made) :], scores[: len(made)]
