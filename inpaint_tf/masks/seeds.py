"""Random numbers as pure functions of a seed, the same on every device."""

import tensorflow as tf


def fold(seed, *numbers):
    """A new seed for `numbers`, ints or scalar int tensors, from a `[2]` int32 seed."""
    for number in numbers:
        # Two halves, so that all digits of the item numbers in very long runs count.
        number = number if isinstance(number, int) else tf.cast(number, tf.int64)
        for part in (number % 2**31, number // 2**31):
            part = tf.cast(part, tf.int32)
            seed = tf.random.experimental.stateless_fold_in(seed, part, alg="philox")
    return seed


def uniform(seed, shape=(), low=0.0, high=1.0):
    """Float32 numbers uniform in [low, high), in steps of 2^-23 of the range."""
    # From bits, which are the same under XLA; its floats use other bits than TensorFlow's.
    bits = tf.random.stateless_uniform(shape, seed, None, None, tf.int32, alg="philox")
    fraction = tf.cast(tf.bitwise.bitwise_and(bits, 2**23 - 1), tf.float32) * 2.0**-23
    return low + fraction * (high - low)


def integers(seed, low, high, shape=()):
    """Int32 numbers uniform in low..high, both included."""
    span = tf.cast(high - low + 1, tf.float32)
    drawn = tf.cast(tf.floor(uniform(seed, shape) * span), tf.int32)
    return low + tf.minimum(drawn, tf.cast(high - low, tf.int32))


def normal(seed, shape, mean, deviation):
    """Float32 normal numbers."""
    return mean + deviation * tf.random.stateless_normal(shape, seed, alg="philox")
