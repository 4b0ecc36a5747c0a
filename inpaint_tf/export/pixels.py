"""8-bit pictures within a graph: to floats and back, and which ones are refused."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

# Pixels times those of the hole: of 2048x2048, half.
MOST_WORK = 2**43
SMALLEST_SIDE = 64  # to which smaller pictures are padded
HARMLESS = 2**16  # padded pixels, whatever the limit
THRESHOLD = 128  # from here on a pixel of a mask is hole


def to_float(image):
    """`ops.image.to_float` of uint8, looked up in a table.

    Optimizing a graph turns that function's division into a product, and the last bit of the result
    would depend on where the graph runs.
    """
    levels = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1)
    return tf.gather(tf.constant(levels), tf.cast(image, tf.int32))


def require_same_size(image, mask, name="mask"):
    """Fails, with a sentence, if a mask would silently be stretched or broadcast.

    Args:
        image, mask: `[B, H, W, C]`.
        name: what `mask` is, for the sentence.

    Returns:
        (image, mask), to be used instead: operations on them wait for the check, and cannot fail
        earlier with a message of their own.
    """
    check = tf.debugging.assert_equal(
        tf.shape(image)[:3],
        tf.shape(mask)[:3],
        f"image and {name} must have the same batch, height and width",
    )
    with tf.control_dependencies([check]):
        return tf.identity(image), tf.identity(mask)


def at_least_one(batch):
    """The batch, or one item of zeros if it is empty, since networks take no empty batch."""
    missing = tf.maximum(1 - tf.shape(batch)[0], 0)
    return tf.pad(batch, [[0, missing], *([[0, 0]] * (len(batch.shape) - 1))])


class Limits(NamedTuple):
    """How large a picture may be, where sides below 64 count as 64.

    pixels: the most of them. breadth: the most that its width times its pixels may be.
    """

    pixels: int
    breadth: int = 2**62  # beyond every picture

    @classmethod
    def of_whole_maps(cls, pixels):
        """Of pictures whose whole map attention computes; twice the breadth of the largest square.

        It takes whole rows of queries at once, so its memory grows with the width times the pixels.
        """
        return cls(pixels, min(int(2 * pixels**1.5), cls._field_defaults["breadth"]))


def too_many_pixels(size, limits):
    """Whether a picture of `size`, two int64 numbers, is too large for the network.

    Thin ones count as padded. Small ones are always allowed.
    """
    padded = tf.reduce_prod(tf.maximum(size, SMALLEST_SIDE))
    return (tf.reduce_prod(size) > limits.pixels) | (padded > max(limits.pixels, HARMLESS))


def too_broad(size, limits):
    """Whether a picture of `size`, two int64 numbers, is too broad for its number of pixels."""
    sides = tf.clip_by_value(size, SMALLEST_SIDE, 2**20)  # no product of these overflows
    padded = sides[0] * sides[1]
    return (padded * sides[1] > limits.breadth) & (padded > HARMLESS)


def too_much_work(image, hole):
    """Whether a picture with its hole would keep a server busy for too long.

    The attention compares every patch of the hole with every known one.

    Args:
        image: `[..., H, W, C]`.
        hole: `[..., H, W, 1]`, true in the hole.
    """
    sides = tf.cast(tf.maximum(tf.shape(image)[-3:-1], SMALLEST_SIDE), tf.int64)
    largest = tf.reduce_max(tf.math.count_nonzero(hole, [-3, -2, -1]))
    # Of no pictures at all it is the smallest number.
    return tf.reduce_prod(sides) * tf.maximum(largest, 0) > MOST_WORK


def require_little_work(image, hole, limits, busy=None):
    """Fails, with a sentence, if a picture is empty or takes too much of a server's memory or time.

    Args:
        image, hole: `[B, H, W, C]`.
        limits: `Limits` of a picture.
        busy: `too_much_work` of them, or None to compute it here.

    Returns:
        `image`, as in `require_same_size`.
    """
    size = tf.cast(tf.shape(image)[1:3], tf.int64)
    busy = too_much_work(image, hole) if busy is None else busy
    checks = [
        tf.debugging.assert_equal(wrong, False, reason)
        for wrong, reason in (
            (tf.reduce_any(size < 1), "a picture has no pixels"),
            (
                too_many_pixels(size, limits),
                f"a picture has more than {limits.pixels} pixels, the most that is taken",
            ),
            (
                too_broad(size, limits),
                "a picture is too broad: its width times its pixels, where sides below 64 count as "
                f"64, exceeds {limits.breadth}",
            ),
            (busy, "the hole is too large for so large a picture"),
        )
    ]
    with tf.control_dependencies(checks):
        return tf.identity(image)
