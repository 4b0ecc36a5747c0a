"""The phases of a run: what one hands on to the next."""

from inpaint_tf.assembly.devices import distributed
from inpaint_tf.assembly.initial import fitting
from inpaint_tf.assembly.parts import (
    box_size_of,
    make_critics,
    make_generator,
    make_loader,
    make_objective,
    make_pipeline,
)
from inpaint_tf.compat import tensorflow_variable
from inpaint_tf.data.pipeline import without_faults
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.average import MovingAverage
from inpaint_tf.training.muon import Muon
from inpaint_tf.training.replicas import compiled
from inpaint_tf.training.schedules import learning_rate
from inpaint_tf.training.steps import Player, Steps, coarse_only
from inpaint_tf.training.trainer import Phase
from inpaint_tf.weights.variables import named_variables, trained


class PhaseMaker:
    """Makes the phases of a run in order; the generator and its optimizer go from one to the next.

    Args:
        config: `Config`.
        strategy: a `tf.distribute.Strategy`, or None.
        on_bad: function of a sentence about a file that is skipped.
        initial: arrays by name with which critics begin, where names and shapes fit.
        faces: the `FaceIndex` of the training pictures, or None where nothing asks for it.
    """

    def __init__(self, config, strategy=None, on_bad=None, initial=None, faces=None):
        self.config, self.strategy, self.on_bad = config, strategy, on_bad
        self.initial, self.faces = initial or {}, faces
        self.generator = self._scoped(make_generator, config)
        self.generator_variables = variables_of(self.generator)
        self.averaged, self.average = self.generator, None
        if config.train.average is not None:
            self.averaged = self._scoped(make_generator, config)
            self.average = self._scoped(
                MovingAverage,
                list(self.generator_variables.values()),
                list(variables_of(self.averaged).values()),
                config.train.average,
            )
        self.critics, self.critics_optimizer, self.generator_optimizer = (), None, None
        self._scene = None  # that the critics were built for
        self.steps = None  # of the newest phase
        self._coarse = None
        self._frozen = {}
        # Frozen networks that cannot be had are told before anything is written.
        self._make_objective(box_size_of(config, config.train.phases[0].size))

    def begin_with(self, weights):
        """Puts `Weights` into the generator and its average.

        Returns:
            Sentences about tensors that are missing or not used.
        """
        fits, missing, unused = fitting(self.generator_variables, weights.arrays)
        for name, array in fits.items():
            self.generator_variables[name].assign(array)
            variables_of(self.averaged)[name].assign(array)
        critics = [name for name in unused if name.startswith("discriminator/")]
        unused = [*(name for name in unused if name not in critics), *weights.ignored]
        for what, names in (
            ("start with random values", missing),
            ("are not used", unused),
            ("are for critics, and used where their shapes fit", critics),
        ):
            if names:
                yield f"initial weights: {len(names)} tensors {what}: {', '.join(names)}"
        if not critics:
            yield "initial weights: none for the critics, which start with random values"

    def validated(self):
        """What is validated: the average, or its coarse network where only that learns."""
        if self.steps is not None and self.steps.generate is not self.generator:
            if self._coarse is None:
                self._coarse = coarse_only(self.averaged)
            return self._coarse
        return self.averaged

    def __call__(self, number):
        """The `Phase` of this number."""
        plan = self.config.train.phases[number]
        box_size = box_size_of(self.config, plan.size)
        adversarial = plan.losses == "adversarial"
        if adversarial:
            self._prepare_critics(plan.size, box_size, number)
        self._prepare_optimizers(adversarial)
        self.steps = self._make_steps(plan, box_size, adversarial)
        compile_step = compiled(self.strategy, self.config.train.xla)
        update_generator = (
            self.steps.update_generator if adversarial else self.steps.update_reconstruction
        )
        return Phase(
            first_step=sum(each.steps for each in self.config.train.phases[:number]),
            steps=plan.steps,
            critic_updates=self.config.train.critic_updates if adversarial else 0,
            update_critic=compile_step(self.steps.update_critic),
            update_generator=compile_step(update_generator),
            batches=self._batches(plan, number),
            learning_rate=lambda step: learning_rate(
                step, plan.steps, plan.learning_rate, plan.schedule, plan.decay, plan.decay_every
            ),
            variables=self.variables(),
            batch=plan.batch,
        )

    def variables(self):
        """Everything that learns or remembers, by name."""
        named = {f"generator/{name}": v for name, v in self.generator_variables.items()}
        if self.average is not None:
            for name, average in zip(self.generator_variables, self.average.averages):
                named[f"average/{name}"] = average
            named["average/updates"] = self.average.updates
        for judge in self.critics:
            named.update({f"critics/{name}": v for name, v in variables_of(judge.critic).items()})
        # Named for Adam whatever they are: checkpoints from when there was no other go on.
        named.update(self.generator_optimizer.named("generator_adam"))
        if self.critics_optimizer not in (None, self.generator_optimizer):
            named.update(self.critics_optimizer.named("critics_adam"))
        return named

    def _prepare_critics(self, size, box_size, number):
        scene = (tuple(box_size), tuple(size))
        if self._scene == scene:
            return
        before, self._scene = self.critics, scene
        self.critics = self._scoped(make_critics, self.config, size, box_size, number)
        known = dict(self.initial)
        for judge in before:
            known.update(variables_of(judge.critic))
        for judge in self.critics:
            # Convolutions fit pictures of any size; the linear layer may have to start anew.
            for name, variable in variables_of(judge.critic).items():
                if name in known and tuple(known[name].shape) == tuple(variable.shape):
                    variable.assign(known[name])
        self.critics_optimizer = None

    def _prepare_optimizers(self, adversarial):
        settings = self.config.train.adam
        options = (settings.beta_1, settings.beta_2, settings.epsilon)
        own = list(trained(self.generator_variables).values())
        if settings.shared and adversarial:
            if self.critics_optimizer is None:
                both = self._scoped(Adam, own + self._critics_variables(), *options)
                if self.generator_optimizer is not None:
                    both.take_over(self.generator_optimizer, own)
                self.generator_optimizer = self.critics_optimizer = both
            return
        if self.generator_optimizer is None:
            make = {"adam": Adam, "muon": Muon}[self.config.train.optimizer]
            self.generator_optimizer = self._scoped(make, own, *options)
        if adversarial and self.critics_optimizer is None:
            self.critics_optimizer = self._scoped(Adam, self._critics_variables(), *options)

    def _make_steps(self, plan, box_size, adversarial):
        generate, learning = self.generator, trained(self.generator_variables)
        if plan.stage == "coarse":
            generate = coarse_only(self.generator)
            scopes = [f"inpaint_net/{scope}/" for scope in self.generator.coarse_network.scopes]
            learning = {k: v for k, v in learning.items() if k.startswith(tuple(scopes))}
        if plan.freeze_encoder_norm:
            frozen = self.generator.encoder_norm_names()
            learning = {name: v for name, v in learning.items() if name not in frozen}
        # Read when the step is traced, which each phase does anew.
        self.generator.frozen_encoder_norm = plan.freeze_encoder_norm
        clip_norm = self.config.train.clip_norm
        steps = Steps(
            generate,
            Player(list(learning.values()), self.generator_optimizer, clip_norm),
            self._make_objective(box_size),
            average=self.average,
        )
        if not adversarial:
            return steps
        return steps._replace(
            critics=self.critics,
            critic=Player(self._critics_variables(), self.critics_optimizer, clip_norm),
        )

    def _make_objective(self, box_size):
        return self._scoped(make_objective, self.config, box_size, self._frozen)

    def _critics_variables(self):
        return [v for j in self.critics for v in trained(variables_of(j.critic)).values()]

    def _batches(self, plan, number):
        first_item = sum(
            each.steps * each.batch * self._updates(each)
            for each in self.config.train.phases[:number]
        )
        loader = make_loader(self.config, plan.size, self.on_bad, self.faces)
        pipeline = make_pipeline(self.config, plan, loader)

        def batches(first_batch):
            data = distributed(self.strategy, pipeline, first_batch, first_item, loader.paths)
            return without_faults(data, self._local)

        return batches

    def _local(self, values):
        if self.strategy is None:
            return [values]
        return self.strategy.experimental_local_results(values)

    def _updates(self, plan):
        return 1 + (self.config.train.critic_updates if plan.losses == "adversarial" else 0)

    def _scoped(self, make, *arguments):
        if self.strategy is None:
            return make(*arguments)
        with self.strategy.scope():
            return make(*arguments)


def variables_of(model):
    """`named_variables` as plain tf.Variables."""
    return {name: tensorflow_variable(v) for name, v in named_variables(model).items()}
