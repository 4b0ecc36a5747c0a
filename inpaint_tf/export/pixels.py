"""8-bit pictures within one graph: to numbers and back, and what is refused."""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops.image import to_uint8

# Pixels times those of the hole: of 2048x2048, half.
MOST_WORK = 2**43
THRESHOLD = 128  # from here on a pixel of a mask is hole


def completed(prediction, image, hole):
    """The completed picture in uint8: known pixels are the same bits as before."""
    return tf.where(hole, to_uint8(prediction), image)


def to_float(image):
    """`ops.image.to_float` of uint8, looked up in a table.

    The division of that function is turned into a product when a graph is optimized, and the
    last bit of the result would depend on where the graph runs.
    """
    levels = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1)
    return tf.gather(tf.constant(levels), tf.cast(image, tf.int32))


def require_same_size(image, mask, name="mask"):
    """Fails, with a sentence, where a mask would be stretched or broadcast without a word.

    Args:
        image, mask: `[B, H, W, C]`.
        name: what `mask` is, for the sentence.

    Returns:
        (image, mask), to be used instead: what uses them waits for the check, and cannot fail
        before it with a sentence of its own.
    """
    check = tf.debugging.assert_equal(
        tf.shape(image)[:3],
        tf.shape(mask)[:3],
        f"image and {name} must have the same batch, height and width",
    )
    with tf.control_dependencies([check]):
        return tf.identity(image), tf.identity(mask)


def at_least_one(batch):
    """A batch with an item of zeros where it is empty, which networks cannot be given."""
    missing = tf.maximum(1 - tf.shape(batch)[0], 0)
    return tf.pad(batch, [[0, missing], *([[0, 0]] * (len(batch.shape) - 1))])


def too_much_work(image, hole):
    """Whether one picture `[H, W, C]` with its hole `[H, W, 1]` would keep a server busy for long.

    The attention compares every patch of the hole with every known one.
    """
    sides = tf.cast(tf.maximum(tf.shape(image)[:2], 64), tf.int64)
    return tf.reduce_prod(sides) * tf.math.count_nonzero(hole) > MOST_WORK
