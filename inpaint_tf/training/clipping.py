"""The length of a gradient, and its bound."""

import tensorflow as tf


def global_norm(gradients):
    """The length of all gradients together; None counts as zero."""
    return tf.linalg.global_norm([g for g in gradients if g is not None])


def clip_gradients(gradients, norm, clip_norm):
    """Shortens gradients of global length `norm` to `clip_norm`; None leaves them as they are."""
    if clip_norm is None:
        return gradients
    factor = clip_norm / tf.maximum(norm, clip_norm)
    return [None if g is None else g * factor for g in gradients]
