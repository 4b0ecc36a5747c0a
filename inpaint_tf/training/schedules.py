"""Learning rates as functions of the step within a phase."""

import math


def learning_rate(step, steps, rate, schedule="constant", decay=0.1, decay_every=100000):
    """The learning rate of one step.

    Args:
        step: int from 0, within the phase.
        steps: int, length of the phase.
        rate: at its start.
        schedule: "constant"; "step", times `decay` every `decay_every` steps; "cosine", from `rate`
            to `decay * rate` over the phase.
    """
    if schedule == "constant":
        return rate
    if schedule == "step":
        return rate * decay ** (step // decay_every)
    if schedule == "cosine":
        remaining = (1 + math.cos(math.pi * min(step, steps) / steps)) / 2
        return rate * (decay + (1 - decay) * remaining)
    raise ValueError(f"schedule must be constant, step or cosine, got {schedule!r}.")
