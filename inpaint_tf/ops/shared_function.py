"""Functions that graphs call, instead of holding a copy of each for every place."""

import functools

import tensorflow as tf


def shared_function(signature):
    """Decorates a function of tensors, which is compiled once and stays one in other graphs.

    TensorFlow would copy it into each place of a graph that calls it, and optimize each copy.

    Args:
        signature: list of `tf.TensorSpec`, of its arguments.
    """
    return functools.partial(
        tf.function,
        input_signature=signature,
        autograph=False,
        experimental_attributes={"_noinline": True},
    )
