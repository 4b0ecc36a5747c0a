"""The norm of a gradient, and its bound."""

import tensorflow as tf


def global_norm(gradients):
    """The norm of all gradients together; None counts as zero."""
    return tf.linalg.global_norm([g for g in gradients if g is not None])


def clip_gradients(gradients, norm, clip_norm):
    """Scales gradients of global norm `norm` down to `clip_norm`; None leaves them alone."""
    if clip_norm is None:
        return gradients
    factor = clip_norm / tf.maximum(norm, clip_norm)
    return [None if g is None else g * factor for g in gradients]
