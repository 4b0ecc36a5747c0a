"""Functions that graphs call, instead of holding a copy for every call."""

import functools

import tensorflow as tf


def shared_function(signature):
    """Decorates a function of tensors: it is compiled once, and other graphs call it.

    Otherwise TensorFlow copies it into a graph at every call, and optimizes each copy.

    Args:
        signature: list of `tf.TensorSpec`, of its arguments.
    """
    return functools.partial(
        tf.function,
        input_signature=signature,
        autograph=False,
        experimental_attributes={"_noinline": True},
    )
