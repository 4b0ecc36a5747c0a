"""The items of a batch, one after the other."""

import tensorflow as tf


def map_items(function, items, signature):
    """`tf.map_fn`, one item at a time and without AutoGraph.

    AutoGraph would convert everything that `function` calls, which nothing here needs and which
    takes seconds, even where TensorFlow runs eagerly.

    Args:
        function: of one item, or a tuple of items, without the batch axis.
        items: tensor or tuple of tensors with a batch axis.
        signature: `tf.TensorSpec`s of what `function` returns.
    """
    return tf.map_fn(
        tf.autograph.experimental.do_not_convert(function),
        items,
        parallel_iterations=1,
        fn_output_signature=signature,
    )
