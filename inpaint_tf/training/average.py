"""The moving average of the generator, which is validated and saved."""

import tensorflow as tf

from inpaint_tf.training.replicas import counter, in_replicas


class MovingAverage:
    """Keeps `averages` close to `variables`.

    Args:
        variables: tf.Variables. Those that do not learn, such as running statistics, are copied.
        averages: as many tf.Variables of the same shapes, set to the same values at the start.
        decay: the fraction of the average that stays at each update. Early on it is smaller,
            (1 + n)/(10 + n) after n updates, so that the random start is soon forgotten.
    """

    def __init__(self, variables, averages, decay):
        self.variables, self.averages, self.decay = variables, averages, decay
        self.updates = counter("updates")
        for average, variable in zip(averages, variables):
            average.assign(variable)

    def __call__(self):
        """Moves every average a little towards its variable."""
        done = tf.cast(self.updates, tf.float32)
        keep = tf.minimum(self.decay, (1.0 + done) / (10.0 + done))
        self.updates.assign_add(1)
        for average, variable in zip(self.averages, self.variables):
            if variable.trainable:
                in_replicas(_move, average, variable, keep)
            else:
                in_replicas(_copy, average, variable)


def _copy(average, variable):
    average.assign(variable)


def _move(average, variable, keep):
    average.assign_sub((1.0 - keep) * (average - variable))
