"""The updates of Algorithm 1 as pure functions of (variables, batch, seed)."""

from typing import Any, Callable, NamedTuple, Optional

import tensorflow as tf

from inpaint_tf.masks.seeds import fold, uniform
from inpaint_tf.ops.image import composite
from inpaint_tf.training.clipping import clip_gradients, global_norm
from inpaint_tf.training.replicas import mean_over_replicas, own_rows, replica_count


def draw_alphas(seed, batch, count):
    """The points between real and completed at which penalties are taken, in [0, 1).

    `count` tensors `[B, 1]`, one for each critic.
    """
    # Drawn for the global batch, so that the result does not depend on the number of replicas.
    shape = [batch.image.shape[0] * replica_count(), 1]
    return [own_rows(uniform(fold(seed, number), shape)) for number in range(count)]


class Learner(NamedTuple):
    """Variables that learn together, their optimizer, and the bound of their gradient's norm."""

    variables: list
    optimizer: Any
    clip_norm: Optional[float] = None

    def update(self, tape, loss, learning_rate):
        """One step down the gradient of `loss`; returns the norm of the gradient."""
        gradients = mean_over_replicas(tape.gradient(loss, self.variables))
        norm = global_norm(gradients)
        self.optimizer.apply(
            clip_gradients(gradients, norm, self.clip_norm), self.variables, learning_rate
        )
        return norm


class Steps(NamedTuple):
    """The updates of one phase; each returns named scalars.

    generate: function of (image, mask, training), and of a sketch if the batches have one, to an
        `Inpainting`, with one stage if only the coarse network is trained. It fills the hole.
    generator: the `Learner` that owns the variables of `generate`.
    objective: `Objective`.
    critics: sequence of `models.critic_sets.Judge`, empty in phases of reconstruction.
    critic: the `Learner` that owns the critics' variables.
    average: function called after each generator update, which keeps a moving average, or None.
    draw_alphas: function of (seed, batch, count), such as the one above.
    """

    generate: Callable
    generator: Learner
    objective: object
    critics: tuple = ()
    critic: Optional[Learner] = None
    average: Callable = None
    draw_alphas: Callable = draw_alphas

    def update_critic(self, batch, seed, learning_rate):
        """One step of all critics.

        Args:
            batch: `Batch`.
            seed: `[2]` int32, one per update.
            learning_rate: float32 scalar.
        """
        # No tape over the generator, which does not learn here.
        output = self._generated(batch, training=False)
        completed = composite(output.last, batch.image, batch.mask)
        alphas = self.draw_alphas(seed, batch, len(self.critics))
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.critic.variables)
            terms = self.objective.critic_terms(self.critics, batch, completed, alphas)
            loss = terms.total
        norm = self.critic.update(tape, loss, learning_rate)
        return _report("critic", terms, loss, norm)

    def update_generator(self, batch, seed, learning_rate):
        """One step of the generator against the critics; arguments as in `update_critic`."""
        del seed  # nothing is drawn here
        return self._update_generator(
            batch,
            learning_rate,
            lambda output: self.objective.generator_terms(self.critics, batch, output),
        )

    def update_reconstruction(self, batch, seed, learning_rate):
        """One step of the generator without critics; arguments as in `update_critic`."""
        del seed
        return self._update_generator(
            batch, learning_rate, lambda output: self.objective.reconstruction_terms(batch, output)
        )

    def _generated(self, batch, training):
        guide = {} if batch.sketch is None else {"sketch": batch.sketch}
        return self.generate(batch.image, batch.mask, training=training, **guide)

    def _update_generator(self, batch, learning_rate, terms_of):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.generator.variables)
            terms = terms_of(self._generated(batch, training=True))
            loss = terms.total
        norm = self.generator.update(tape, loss, learning_rate)
        if self.average is not None:
            self.average()
        return _report("generator", terms, loss, norm)


def coarse_only(generator):
    """A `generate` function that stops after the coarse network (pre-training)."""

    def generate(image, mask, sketch=None, training=False):
        del training  # no layer of it behaves differently
        return generator.coarse_stage(image, mask, sketch)

    return generate


def with_frozen_encoder_norm(generator):
    """A `generate` function whose encoder keeps its batch statistics and normalises by them.

    Source:
        Liu et al. 2018, section 3.3: the second phase of training.
    """

    def generate(image, mask, training=False):
        return generator(image, mask, training=training, freeze_encoder_norm=True)

    return generate


def _report(learner, terms, loss, norm):
    values = {
        **{f"{learner}/{name}": value for name, value in terms.losses.items()},
        **{f"{learner}/{name}": value for name, value in terms.watching.items()},
        f"{learner}/loss": loss,
    }
    reduced = mean_over_replicas(list(values.values()))
    return {**dict(zip(values, reduced)), f"{learner}/gradient_norm": norm}
