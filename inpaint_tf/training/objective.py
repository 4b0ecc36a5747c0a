"""What the two players minimise: named, weighted terms of one batch (Algorithm 1)."""

from typing import Callable, NamedTuple

import tensorflow as tf

from inpaint_tf.losses.adversarial import AdversarialLoss
from inpaint_tf.losses.gradient_penalty import gradient_penalty, interpolate
from inpaint_tf.losses.reconstruction import discounted_l1, hole_l1, known_l1
from inpaint_tf.losses.total_variation import total_variation
from inpaint_tf.masks.discount import box_discount, distance_discount
from inpaint_tf.ops.boxes import crop_boxes
from inpaint_tf.ops.image import composite

FARTHEST = 64  # pixels; 0.99^64 is still 0.53, deeper pixels count as these


class Critics(NamedTuple):
    """The two critics, functions of a picture, and the size (height, width) of the local view."""

    local: Callable
    whole: Callable
    box_size: tuple


class Terms(NamedTuple):
    """Named scalars: weighted `losses`, whose sum is minimised, and others to be watched."""

    losses: dict
    watching: dict

    @property
    def total(self):
        return tf.add_n(list(self.losses.values()))


class Objective(NamedTuple):
    """The losses of a run.

    weights: mapping of the terms' names to their weights; a term of weight 0 is not computed,
        unless it is to be watched.
    adversarial: the players' pair of losses.
    hole_loss: function of (image, prediction, batch) to `[B]`.
    """

    weights: dict
    adversarial: AdversarialLoss
    hole_loss: Callable

    def reconstruction_terms(self, batch, output):
        """The l1 terms of the stages that `output` has, as `Terms`."""
        values = {}
        for stage, prediction in zip(("coarse", "refined"), output.stages):
            values[f"{stage}_hole_l1"] = self.hole_loss(batch.image, prediction, batch)
            values[f"{stage}_known_l1"] = known_l1(batch.image, prediction, batch.mask)
        if self.weights["total_variation"]:
            completed = composite(output.last, batch.image, batch.mask)
            values["total_variation"] = total_variation(completed, batch.mask)
        return self._weighted(values)

    def generator_terms(self, critics, batch, output):
        """All the generator's terms, as `Terms`."""
        reconstruction = self.reconstruction_terms(batch, output)
        completed = composite(output.last, batch.image, batch.mask)
        views = {
            "local": (critics.local, crop_boxes(completed, batch.box, critics.box_size)),
            "global": (critics.whole, completed),
        }
        adversarial = {}
        for name, (critic, view) in views.items():
            if self.weights[f"{name}_adversarial"]:
                adversarial[f"{name}_adversarial"] = self.adversarial.generator(critic(view))
        adversarial = self._weighted(adversarial)
        return Terms(
            {**reconstruction.losses, **adversarial.losses},
            {**reconstruction.watching, **adversarial.watching},
        )

    def critic_terms(self, critics, batch, completed, shares):
        """All the critics' terms.

        Args:
            critics: `Critics`.
            batch: `Batch`.
            completed: `[B, H, W, 3]`, the generator's pictures.
            shares: pair of `[B, 1]` in [0, 1), where between real and completed the penalty is
                taken, for the local and for the global critic.

        Returns:
            `Terms`.
        """
        both = crop_boxes(
            tf.concat([batch.image, completed, batch.mask], axis=-1), batch.box, critics.box_size
        )
        local = both[..., 0:3], both[..., 3:6], both[..., 6:7]
        whole = batch.image, completed, batch.mask
        losses, watching = {}, {}
        for name, critic, view, share in (
            ("local", critics.local, local, shares[0]),
            ("global", critics.whole, whole, shares[1]),
        ):
            terms = self._one_critic(name, critic, *view, share)
            losses.update(terms.losses)
            watching.update(terms.watching)
        return Terms(losses, watching)

    def _one_critic(self, name, critic, image, completed, mask, share):
        # One pass for both halves: a critic treats every item alone.
        scores = critic(tf.concat([image, completed], axis=0))
        real_scores, fake_scores = tf.split(scores, 2)
        losses = {
            f"{name}_critic": tf.reduce_mean(self.adversarial.critic(real_scores, fake_scores))
        }
        real, fake = tf.reduce_mean(real_scores), tf.reduce_mean(fake_scores)
        watching = {
            f"{name}_real_score": real,
            f"{name}_fake_score": fake,
            f"{name}_wasserstein": real - fake,
        }
        weight = self.weights["gradient_penalty"]
        if self.adversarial.penalized and weight:
            interpolated = interpolate(image, completed, share)
            penalty = tf.reduce_mean(gradient_penalty(critic, interpolated, mask))
            losses[f"{name}_penalty"] = weight * penalty
            watching[f"{name}_raw_penalty"] = penalty
        return Terms(losses, watching)

    def _weighted(self, values):
        watching = {f"raw_{name}": tf.reduce_mean(value) for name, value in values.items()}
        losses = {
            name: self.weights[name] * watching[f"raw_{name}"]
            for name in values
            if self.weights[name]
        }
        return Terms(losses, watching)


def box_hole_loss(box_size, discount):
    """The hole's loss as recorded from the release: over the whole box, weighted by place.

    Args:
        box_size: (height, width) of the boxes.
        discount: 1 is off.
    """
    weights = box_discount(box_size, discount)

    def loss(image, prediction, batch):
        pair = crop_boxes(tf.concat([image, prediction], axis=-1), batch.box, box_size)
        return discounted_l1(pair[..., :3], pair[..., 3:], weights)

    return loss


def distance_hole_loss(discount):
    """The hole's loss for holes of any shape, weighted by the distance to the known pixels."""

    def loss(image, prediction, batch):
        weights = batch.mask
        if discount < 1:
            weights = distance_discount(batch.mask, discount, FARTHEST)
        return hole_l1(image, prediction, batch.mask, weights)

    return loss
