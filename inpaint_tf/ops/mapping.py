"""Loops of the graph: over the items of a batch, and over numbered steps."""

import tensorflow as tf


def map_items(function, items, signature):
    """`tf.map_fn`, one item at a time and without AutoGraph.

    AutoGraph would convert everything that `function` calls. Nothing here needs that, and it takes
    seconds, even where TensorFlow runs eagerly.

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


def times(count, step, *state):
    """The state after `count` steps, a loop of the graph.

    Args:
        count: int.
        step: function of the number of the step, a scalar int32 tensor, and the state that gives
            the next number and the next state.
        *state: tensors, whose first axis may be of any length.

    Returns:
        A list of tensors.
    """
    loose = [tf.TensorShape([None, *part.shape[1:]]) for part in state]
    given = (tf.constant(0), *state)
    shapes = (tf.TensorShape([]), *loose)
    return tf.while_loop(lambda number, *_: number < count, step, given, shapes)[1:]
