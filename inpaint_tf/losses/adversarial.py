"""What generator and critics minimise, by name: WGAN, hinge, least squares, the original GAN."""

from typing import Callable, NamedTuple

import tensorflow as tf


class AdversarialLoss(NamedTuple):
    """A pair of losses, each `[B, 1]` scores to `[B]`.

    critic: function of (real_scores, fake_scores).
    generator: function of fake_scores.
    penalized: whether the critic has a gradient penalty.
    """

    critic: Callable
    generator: Callable
    penalized: bool = False


def wasserstein_critic(real_scores, fake_scores):
    """Arjovsky et al. 2017: scores of real pictures up, of completed ones down."""
    return per_item(fake_scores - real_scores)


def wasserstein_generator(fake_scores):
    """Arjovsky et al. 2017."""
    return per_item(-fake_scores)


def hinge_critic(real_scores, fake_scores):
    """Lim and Ye 2017, halved as in the release: nothing is gained beyond the margins."""
    return per_item(0.5 * (tf.nn.relu(1.0 - real_scores) + tf.nn.relu(1.0 + fake_scores)))


def least_squares_critic(real_scores, fake_scores):
    """Mao et al. 2017 (LSGAN) with targets 1 and 0."""
    return per_item(0.5 * ((real_scores - 1.0) ** 2 + fake_scores**2))


def least_squares_generator(fake_scores):
    """Mao et al. 2017 (LSGAN)."""
    return per_item(0.5 * (fake_scores - 1.0) ** 2)


def cross_entropy_critic(real_scores, fake_scores):
    """Goodfellow et al. 2014, from logits."""
    return per_item(tf.nn.softplus(-real_scores) + tf.nn.softplus(fake_scores))


def cross_entropy_generator(fake_scores):
    """Goodfellow et al. 2014, the non-saturating form."""
    return per_item(tf.nn.softplus(-fake_scores))


def per_item(scores):
    """`[B, ...]` scores to their mean in each item, `[B]`."""
    return tf.reduce_mean(tf.reshape(scores, [tf.shape(scores)[0], -1]), axis=1)


ADVERSARIAL_LOSSES = {
    "wgan_gp": AdversarialLoss(wasserstein_critic, wasserstein_generator, penalized=True),
    "hinge": AdversarialLoss(hinge_critic, wasserstein_generator),
    "lsgan": AdversarialLoss(least_squares_critic, least_squares_generator),
    "dcgan": AdversarialLoss(cross_entropy_critic, cross_entropy_generator),
}
