"""Random numbers as pure functions of a seed, the same on every device."""

import tensorflow as tf

# The algorithm, and the key with which TensorFlow scrambles seeds for it.
_PHILOX, _KEY = 1, 0x02461E293EC8F720


def fold(seed, *numbers):
    """A new seed for `numbers`, ints or scalar int tensors, from a `[2]` int32 seed."""
    for number in numbers:
        # Two halves, so that all digits of the item numbers in very long runs count.
        number = number if isinstance(number, int) else tf.cast(number, tf.int64)
        for part in (number % 2**31, number // 2**31):
            seed = tf.stack([_bits(seed, []), tf.cast(part, tf.int32)])
    return seed


def _bits(seed, shape):
    """Int32 numbers of 32 random bits: those of `tf.random.stateless_uniform`.

    TensorFlow builds a key and a counter from a seed with several times the operations. A graph of
    examples draws dozens of seeds, and short trainings took half as long again that way. The public
    operation that makes both picks the algorithm by device, and XLA's bits would differ.
    """
    draw = tf.raw_ops.StatelessRandomUniformFullIntV2
    given, start = tf.constant([_KEY], tf.uint64), tf.cast(seed, tf.uint64)
    mixed = draw(shape=[4], key=given, counter=start, alg=_PHILOX, dtype=tf.uint32)
    low_key, high_key, low, high = tf.unstack(tf.cast(mixed, tf.uint64))
    half = tf.constant(32, tf.uint64)
    key = tf.bitwise.bitwise_or(low_key, tf.bitwise.left_shift(high_key, half))
    second = tf.bitwise.bitwise_or(low, tf.bitwise.left_shift(high, half))
    counter = tf.stack([tf.constant(0, tf.uint64), second])
    shape = tf.convert_to_tensor(shape, tf.int32)
    return draw(shape=shape, key=tf.reshape(key, [1]), counter=counter, alg=_PHILOX, dtype=tf.int32)


def uniform(seed, shape=(), low=0.0, high=1.0):
    """Float32 numbers uniform in [low, high), in steps of 2^-23 of the range."""
    # From bits, which are the same under XLA; its floats use other bits than TensorFlow's.
    fraction = tf.cast(tf.bitwise.bitwise_and(_bits(seed, shape), 2**23 - 1), tf.float32) * 2.0**-23
    return low + fraction * (high - low)


def integers(seed, low, high, shape=()):
    """Int32 numbers uniform in low..high, both included."""
    span = tf.cast(high - low + 1, tf.float32)
    drawn = tf.cast(tf.floor(uniform(seed, shape) * span), tf.int32)
    return low + tf.minimum(drawn, tf.cast(high - low, tf.int32))


def normal(seed, shape, mean, deviation):
    """Float32 normal numbers."""
    return mean + deviation * tf.random.stateless_normal(shape, seed, alg="philox")
