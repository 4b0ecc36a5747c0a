"""The phases of a run; each continues with what the one before has learnt."""

from typing import Any, Callable, NamedTuple, Optional

from inpaint_tf.assembly.devices import distributed, scope_of
from inpaint_tf.assembly.frozen import frozen_networks
from inpaint_tf.assembly.parts import (
    box_size_of,
    make_critics,
    make_loader,
    make_objective,
    make_pipeline,
)
from inpaint_tf.assembly.state import variables_of
from inpaint_tf.data.pipeline import without_faults
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.muon import Muon
from inpaint_tf.training.replicas import compiled
from inpaint_tf.training.schedules import learning_rate
from inpaint_tf.training.steps import Learner, Steps, coarse_only, with_frozen_encoder_norm
from inpaint_tf.training.trainer import Phase
from inpaint_tf.weights.variables import trained

OPTIMIZERS = {"adam": Adam, "muon": Muon}  # of the generator


class Setup(NamedTuple):
    """What all phases of a run have in common.

    config: `Config`.
    strategy: a `tf.distribute.Strategy`, or None.
    frozen: dict of name -> function, the networks that do not learn.
    on_bad: function of a sentence about a file that is skipped, or None.
    critics_start: arrays by name from which critics start, if names and shapes fit.
    faces: the `FaceIndex` of the training pictures, or None if nothing needs it.
    """

    config: Any
    strategy: Any
    frozen: dict
    on_bad: Optional[Callable]
    critics_start: dict
    faces: Any

    @property
    def phases(self):
        """The phases of the configuration."""
        return self.config.train.phases

    def is_adversarial(self, number):
        """Whether the critics take part in this phase."""
        return self.phases[number].losses == "adversarial"

    def box_size(self, number):
        """(height, width) of the boxes in this phase."""
        return tuple(box_size_of(self.config, self.phases[number].size))

    def critic_updates(self, number):
        """The number of critic updates before each update of the generator."""
        return self.config.train.critic_updates if self.is_adversarial(number) else 0

    def first_step(self, number):
        """The step of the run with which this phase begins."""
        return sum(phase.steps for phase in self.phases[:number])

    def first_item(self, number):
        """How many examples the phases before this one take."""
        return sum(
            phase.steps * phase.batch * (1 + self.critic_updates(before))
            for before, phase in enumerate(self.phases[:number])
        )


def make_setup(config, strategy=None, on_bad=None, critics_start=None, faces=None):
    """The `Setup` of a run.

    Raises:
        InputError: a frozen network is not available; raised before anything is written.
    """
    with scope_of(strategy):
        frozen = frozen_networks(config)
    return Setup(config, strategy, frozen, on_bad, critics_start or {}, faces)


def make_phase(setup, state, number):
    """A `Phase`, ready to run.

    Args:
        setup: `Setup`.
        state: the `TrainingState` after the phase before, or at the start of the run.
        number: which of the configuration's phases, from 0.
    """
    plan = setup.phases[number]
    with scope_of(setup.strategy):
        state = with_optimizers(setup, with_critics(setup, state, number), number)
        steps = make_steps(setup, state, number)
    adversarial = setup.is_adversarial(number)
    compile_step = compiled(setup.strategy, setup.config.train.xla)
    return Phase(
        first_step=setup.first_step(number),
        steps=plan.steps,
        critic_updates=setup.critic_updates(number),
        update_critic=compile_step(steps.update_critic),
        update_generator=compile_step(
            steps.update_generator if adversarial else steps.update_reconstruction
        ),
        batches=make_batches(setup, number),
        learning_rate=lambda step: learning_rate(
            step, plan.steps, plan.learning_rate, plan.schedule, plan.decay, plan.decay_every
        ),
        state=state,
        # Where only the coarse network learns, only that is validated.
        validated=coarse_only(state.averaged) if plan.stage == "coarse" else state.averaged,
        batch=plan.batch,
    )


def with_critics(setup, state, number):
    """The `TrainingState` with critics for the sizes of a phase, if it has critics.

    Critics of other sizes pass on what fits. Their optimizer starts anew.
    """
    sizes = setup.box_size(number), tuple(setup.phases[number].size)
    if not setup.is_adversarial(number) or state.critics_sizes == sizes:
        return state
    critics = make_critics(setup.config, sizes[1], sizes[0], number)
    learnt = dict(setup.critics_start)
    for judge in state.critics:
        learnt.update(variables_of(judge.critic))
    for judge in critics:
        # Convolutions fit pictures of any size; the linear layer may have to start anew.
        for name, variable in variables_of(judge.critic).items():
            if name in learnt and tuple(learnt[name].shape) == tuple(variable.shape):
                variable.assign(learnt[name])
    return state._replace(critics=critics, critics_optimizer=None, critics_sizes=sizes)


def with_optimizers(setup, state, number):
    """The `TrainingState` with the optimizers of a phase; missing ones are made."""
    train = setup.config.train
    options = (train.adam.beta_1, train.adam.beta_2, train.adam.epsilon)
    own = list(trained(state.generator_variables).values())
    adversarial, before = setup.is_adversarial(number), state.generator_optimizer
    if adversarial and train.adam.shared:
        if state.critics_optimizer is not None:
            return state
        both = Adam(own + state.critics_variables, *options)
        if before is not None:
            both.take_over(before, own)
        return state._replace(generator_optimizer=both, critics_optimizer=both)
    if before is None:
        state = state._replace(generator_optimizer=OPTIMIZERS[train.optimizer](own, *options))
    if adversarial and state.critics_optimizer is None:
        state = state._replace(critics_optimizer=Adam(state.critics_variables, *options))
    return state


def make_steps(setup, state, number):
    """The `Steps` of a phase; not compiled.

    Args:
        setup, number: as in `make_phase`.
        state: with the critics and optimizers of the phase.
    """
    plan, generator = setup.phases[number], state.generator
    generate, learning = generator, trained(state.generator_variables)
    if plan.stage == "coarse":
        generate = coarse_only(generator)
        scopes = generator.coarse_scopes
        learning = {name: v for name, v in learning.items() if name.startswith(scopes)}
    if plan.freeze_encoder_norm:
        generate = with_frozen_encoder_norm(generator)
        frozen = generator.encoder_norm_names()
        learning = {name: v for name, v in learning.items() if name not in frozen}
    clip_norm = setup.config.train.clip_norm
    steps = Steps(
        generate,
        Learner(list(learning.values()), state.generator_optimizer, clip_norm),
        make_objective(setup.config, setup.box_size(number), setup.frozen),
        average=state.average,
    )
    if not setup.is_adversarial(number):
        return steps
    critic = Learner(state.critics_variables, state.critics_optimizer, clip_norm)
    return steps._replace(critics=state.critics, critic=critic)


def make_batches(setup, number):
    """A function of a batch's number that gives the endless batches of a phase from there on."""
    plan = setup.phases[number]
    loader = make_loader(setup.config, plan.size, setup.on_bad, setup.faces)
    pipeline = make_pipeline(setup.config, plan, loader)
    first_item = setup.first_item(number)

    def of_this_machine(values):
        if setup.strategy is None:
            return [values]
        return setup.strategy.experimental_local_results(values)

    def batches(first_batch):
        data = distributed(setup.strategy, pipeline, first_batch, first_item, loader.paths)
        return without_faults(data, of_this_machine)

    return batches
