"""The losses of generator and critics: named, weighted terms of one batch (Algorithm 1)."""

from typing import NamedTuple, Optional

import tensorflow as tf

from inpaint_tf.losses.gradient_penalty import gradient_penalty, interpolate
from inpaint_tf.training.outcome import outcome_of
from inpaint_tf.training.terms.term import Watched


class Losses(NamedTuple):
    """Named scalars: weighted `losses`, whose sum is minimised, and others that are reported."""

    losses: dict
    watching: dict

    @property
    def total(self):
        return tf.add_n(list(self.losses.values()))

    def __or__(self, other):
        return Losses({**self.losses, **other.losses}, {**self.watching, **other.watching})


class Objective(NamedTuple):
    """The losses of a run.

    terms: dict of name -> `training.terms.term.Term`, of the generator's terms.
    weights: dict of name -> weight, of every term, of "NAME_adversarial" for every critic of that
        name, and of the "gradient_penalty". A weight that is not given is 0.
    frozen: dict of name -> function, the frozen networks of the terms.
    """

    terms: dict
    weights: dict
    frozen: Optional[dict] = None

    def reconstruction_terms(self, batch, output):
        """The generator's terms without critics, as far as `output` has their stages."""
        return self._reconstruction(batch, outcome_of(batch, output))

    def generator_terms(self, critics, batch, output):
        """All the generator's terms, as `Losses`.

        Args:
            critics: sequence of `models.critic_sets.Judge`.
            batch: `Batch`.
            output: `Inpainting`.
        """
        outcome = outcome_of(batch, output)
        reconstruction = self._reconstruction(batch, outcome)
        adversarial = {}
        for judge in critics:
            name = f"{judge.name}_adversarial"
            if self._weight(name):
                scores = judge.critic(judge.view.picture(outcome.completed, batch))
                adversarial[name] = judge.loss.generator(scores)
        return reconstruction | self._weighted(adversarial)

    def critic_terms(self, critics, batch, completed, alphas):
        """All the critics' terms.

        Args:
            critics: as in `generator_terms`.
            batch: `Batch`.
            completed: `[B, H, W, 3]`, the generator's pictures.
            alphas: for each critic `[B, 1]` in [0, 1), the points between real and completed at
                which the penalty is taken.

        Returns:
            `Losses`.
        """
        terms = Losses({}, {})
        for judge, alpha in zip(critics, alphas):
            terms |= self._one_critic(judge, batch, completed, alpha)
        return terms

    def _reconstruction(self, batch, outcome):
        scores = {
            name: term.score(batch, outcome, self.frozen or {}) for name, term in self.terms.items()
        }
        return self._weighted({n: score for n, score in scores.items() if score is not None})

    def _one_critic(self, judge, batch, completed, alpha):
        name = judge.name
        image = judge.view.picture(batch.image, batch)
        completed = judge.view.picture(completed, batch)
        # One pass for both halves: a critic treats every item alone, and one with a state of its
        # own is evaluated once a step.
        scores = judge.critic(tf.concat([image, completed], axis=0))
        real_scores, fake_scores = tf.split(scores, 2)
        losses = {f"{name}_critic": tf.reduce_mean(judge.loss.critic(real_scores, fake_scores))}
        real, fake = tf.reduce_mean(real_scores), tf.reduce_mean(fake_scores)
        watching = {
            f"{name}_real_score": real,
            f"{name}_fake_score": fake,
            f"{name}_wasserstein": real - fake,
        }
        weight = self._weight("gradient_penalty")
        if judge.loss.penalized and weight:
            interpolated = interpolate(image, completed, alpha)
            mask = judge.view.mask(batch)
            penalty = tf.reduce_mean(gradient_penalty(judge.critic, interpolated, mask))
            losses[f"{name}_penalty"] = weight * penalty
            watching[f"{name}_raw_penalty"] = penalty
        return Losses(losses, watching)

    def _weight(self, name):
        return self.weights.get(name, 0.0)

    def _weighted(self, values):
        watching = {}
        for name, value in values.items():
            if isinstance(value, Watched):
                watching.update({f"{name}_{key}": seen for key, seen in value.watching.items()})
                value = value.score
            watching[f"raw_{name}"] = tf.reduce_mean(value)
        losses = {
            name: self._weight(name) * watching[f"raw_{name}"]
            for name in values
            if self._weight(name)
        }
        return Losses(losses, watching)
