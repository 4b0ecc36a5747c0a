"""Stops a run whose numbers have become NaN or infinite."""

import math

from inpaint_tf.errors import InputError

CAUSES = (
    "a smaller learning_rate, train.clip_norm, or train.precision float32 may help; "
    "the last checkpoint is from before"
)


def require_finite(terms, step):
    """Turns named scalar tensors into floats.

    Args:
        terms: dict of name -> scalar tensor, in the order of their computation.
        step: int, for the error.

    Returns:
        dict of name -> float.

    Raises:
        InputError: one is NaN or infinite; names the first.
    """
    values = {name: float(value) for name, value in terms.items()}
    for name, value in values.items():
        if not math.isfinite(value):
            raise InputError(f"{name} became {value} at step {step}; {CAUSES}.")
    return values
