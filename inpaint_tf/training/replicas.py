"""Steps that run on one device or, mirrored, on several."""

import functools

import tensorflow as tf


def replica_count():
    """How many replicas the step runs on; 1 without a distribution strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def mean_over_replicas(values):
    """The mean of each of a list of tensors over the replicas; None stays None."""
    if replica_count() == 1:
        return values
    context = tf.distribute.get_replica_context()
    given = [value for value in values if value is not None]
    reduced = iter(context.all_reduce(tf.distribute.ReduceOp.MEAN, given))
    return [None if value is None else next(reduced) for value in values]


def own_rows(values):
    """This replica's rows of `[global batch, ...]` values that all replicas draw alike."""
    replicas = replica_count()
    if replicas == 1:
        return values
    size = values.shape[0] // replicas
    replica = tf.distribute.get_replica_context().replica_id_in_sync_group
    return tf.strided_slice(values, [replica * size], [(replica + 1) * size])


def counter(name):
    """An int64 variable that starts from 0 and that all replicas count up alike."""
    return tf.Variable(
        0,
        dtype=tf.int64,
        trainable=False,
        name=name,
        aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
    )


def in_replicas(update, variable, *arguments):
    """Calls `update(variable, *arguments)` with each replica's own copies of the variables."""
    if not tf.distribute.has_strategy():
        update(variable, *arguments)
        return

    def everywhere(strategy, variable, *arguments):
        strategy.extended.update(variable, update, args=arguments, group=False)

    tf.distribute.get_replica_context().merge_call(everywhere, args=(variable, *arguments))


def compiled(strategy, xla):
    """A function that compiles steps: `step(batch, seed, learning_rate)` to named scalars.

    Args:
        strategy: a `tf.distribute.Strategy`, or None for one device.
        xla: whether XLA compiles the whole step.
    """

    def compile_step(step):
        if strategy is None:
            return tf.function(step, jit_compile=xla, autograph=False)
        inner = tf.function(step, jit_compile=True, autograph=False) if xla else step

        @functools.partial(tf.function, autograph=False)
        def everywhere(batch, seed, learning_rate):
            values = strategy.run(inner, args=(batch, seed, learning_rate))
            # Already the mean of all replicas.
            return {k: strategy.experimental_local_results(v)[0] for k, v in values.items()}

        return everywhere

    return compile_step
