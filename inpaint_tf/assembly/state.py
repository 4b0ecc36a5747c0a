"""The state of a run: the networks, their optimizers and the average."""

from typing import Any, NamedTuple, Optional

from inpaint_tf.amount import amount
from inpaint_tf.assembly.devices import scope_of
from inpaint_tf.assembly.initial import fitting
from inpaint_tf.assembly.parts import make_generator
from inpaint_tf.compat import tensorflow_variable
from inpaint_tf.training.average import MovingAverage
from inpaint_tf.weights.variables import named_variables, trained


class TrainingState(NamedTuple):
    """Everything that learns or remembers. A phase takes one and leaves the next.

    The fields never change; the variables of the networks and optimizers in them do.

    generator: the network in training.
    averaged: what is validated and saved: a copy that holds the moving average of the weights, or
        the generator itself if none is kept.
    average: the `MovingAverage`, or None.
    generator_optimizer: None before the first phase.
    critics: a tuple of `Judge`, empty before the first phase with critics.
    critics_optimizer: the generator's if both have one in common; None without critics.
    critics_sizes: (box size, picture size) that the critics were built for, or None.
    """

    generator: Any
    averaged: Any
    average: Optional[MovingAverage] = None
    generator_optimizer: Any = None
    critics: tuple = ()
    critics_optimizer: Any = None
    critics_sizes: Optional[tuple] = None

    @property
    def generator_variables(self):
        """The generator's tf.Variables by name, those that do not learn included."""
        return variables_of(self.generator)

    @property
    def critics_variables(self):
        """A list of the tf.Variables that the critics learn."""
        return [v for judge in self.critics for v in trained(variables_of(judge.critic)).values()]

    def variables(self):
        """The contents of a checkpoint, by name."""
        own = self.generator_variables
        named = {f"generator/{name}": variable for name, variable in own.items()}
        if self.average is not None:
            for name, average in zip(own, self.average.averages):
                named[f"average/{name}"] = average
            named["average/updates"] = self.average.updates
        for judge in self.critics:
            named.update({f"critics/{name}": v for name, v in variables_of(judge.critic).items()})
        # Always named after Adam, so that checkpoints from when there was no other still work.
        named.update(self.generator_optimizer.named("generator_adam"))
        if self.critics_optimizer not in (None, self.generator_optimizer):
            named.update(self.critics_optimizer.named("critics_adam"))
        return named


def fresh_state(config, strategy=None):
    """The `TrainingState` before the first step: a generator with weights drawn by the seed."""
    with scope_of(strategy):
        generator = make_generator(config)
        if config.train.average is None:
            return TrainingState(generator, generator)
        averaged = make_generator(config)
        average = MovingAverage(
            list(variables_of(generator).values()),
            list(variables_of(averaged).values()),
            config.train.average,
        )
    return TrainingState(generator, averaged, average)


def start_from(state, weights, with_critics):
    """Puts `Weights` into the generator and its average.

    Args:
        state: a `TrainingState`.
        weights: a `Weights`.
        with_critics: whether a phase of the training has critics.

    Returns:
        A list of sentences about tensors that are missing or not used.
    """
    own, averages = state.generator_variables, variables_of(state.averaged)
    fits, missing, unused = fitting(own, weights.arrays)
    for name, array in fits.items():
        own[name].assign(array)
        averages[name].assign(array)
    critics = [name for name in unused if name.startswith("discriminator/")]
    unused = [*(name for name in unused if name not in critics), *weights.ignored]
    notices = [
        f"initial weights: {amount(len(names), 'tensor', 'tensors')} {what}: {', '.join(names)}"
        for what, names in (
            ("start with random values", missing),
            ("are not used", unused),
            ("are for critics, and used if their shapes fit", critics),
        )
        if names
    ]
    if with_critics and not critics:
        notices.append("initial weights: none for the critics, which start with random values")
    return notices


def variables_of(model):
    """`named_variables` as plain tf.Variables."""
    return {name: tensorflow_variable(v) for name, v in named_variables(model).items()}
