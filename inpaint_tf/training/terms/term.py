"""A term of the generator's loss, and what it is made from."""

from typing import Callable, NamedTuple


class Setting(NamedTuple):
    """The facts about a phase that its terms are made from.

    box_size: (height, width) of the boxes.
    discount: factor of a hole pixel's weight per pixel of distance to known ones; 1 is off.
    discount_form: "box" or "distance", see `config.schema.LossConfig`.
    stages: how many stages the network has; a phase may train the first one alone.
    """

    box_size: tuple
    discount: float = 1.0
    discount_form: str = "distance"
    stages: int = 2


class Term(NamedTuple):
    """One term of the generator's loss; less is better.

    score: function of (`Batch`, `Outcome`, frozen) to `[B]`, a scalar or `Watched`, or to None
        if the outcome lacks the stage that it judges. `frozen` maps names to functions: networks
        that do not learn.
    frozen: the names of those that it needs.
    watched: whether it is reported even with the weight 0.
    """

    score: Callable
    frozen: tuple = ()
    watched: bool = False


class Watched(NamedTuple):
    """A score, and scalars to report beside it.

    score: `[B]` or a scalar.
    watching: dict of name -> scalar.
    """

    score: object
    watching: dict


def stage_of(output, stage):
    """A stage's picture by its number, -1 for the last; None if the output ends before it."""
    return output.stages[stage] if stage < len(output.stages) else None
