"""Mirroring beyond the border: for convolutions, and for sizes the network cannot take."""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops.spans import is_static, sizes

PADDINGS = ("symmetric", "reflect", "same")


def mirror_pad(x, amount, mirror):
    """Pads height and width by `amount` on every side.

    Args:
        x: `[B, H, W, C]`. "reflect" needs `H, W > amount`, "symmetric" `H, W >= amount`.
        amount: int, pixels.
        mirror: "symmetric" repeats the edge pixel, "reflect" does not.

    Returns:
        `[B, H + 2 * amount, W + 2 * amount, C]`.

    Raises:
        ValueError: a size known beforehand is too small, with the size and the limit.
    """
    if amount == 0:
        return x
    smallest = amount + 1 if mirror == "reflect" else amount
    for name, size in (("height", x.shape[1]), ("width", x.shape[2])):
        if size is not None and size < smallest:
            raise ValueError(
                f"{mirror} padding by {amount} needs a {name} of at least {smallest}, got {size}."
            )
    return _gathered(x, amount, mirror)


def _gathered(x, amount, mirror):
    """`tf.pad` of that mode by copying whole pixels.

    On a CPU this takes half the time of the pad's own kernel, which goes number by number in one
    thread. So does the kernel of its gradient.
    """

    @tf.custom_gradient
    def compute(x):
        def gradient(upstream):
            for axis in (1, 2):
                upstream = _fold(upstream, axis, x.shape[axis], amount, mirror)
            return upstream

        batch, height, width, channels = sizes(x, 0, 1, 2, 3)
        rows, columns = (_mirrored_places(size, amount, mirror) for size in (height, width))
        pixels = tf.reshape(x, [batch, height * width, channels])
        # The indices are a matrix, so that the result has rows and columns again.
        return tf.gather(pixels, as_column(rows * width) + columns, axis=1), gradient

    return compute(x)


def _fold(upstream, axis, size, amount, mirror):
    """Adds the pixels beyond the border to those they mirror; the gradient of padding one axis."""
    repeated = 1 if mirror == "symmetric" else 0
    if size is None or size < 2 * amount + 2:  # both mirrors may reach the same pixel
        paddings = [[amount, amount] if axis == other else [0, 0] for other in range(4)]
        return tf.raw_ops.MirrorPadGrad(input=upstream, paddings=paddings, mode=mirror.upper())
    single = 1 - repeated  # the edge pixel itself is not mirrored by "reflect"
    edge = amount + single
    first, low, inner, high, last = tf.split(
        upstream, [amount, edge, size - 2 * edge, edge, amount], axis
    )
    first, last = tf.reverse(first, [axis]), tf.reverse(last, [axis])
    if single:
        blank = [[1, 0] if axis == other else [0, 0] for other in range(4)]
        first, last = tf.pad(first, blank), tf.pad(last, [pair[::-1] for pair in blank])
    return tf.concat([low + first, inner, high + last], axis)


def _mirrored_places(size, amount, mirror):
    """1 0 0 1 2 2 1 for a size of 3 and 2 more on both sides; with "reflect" 2 1 0 1 2 1 0."""
    single = 0 if mirror == "symmetric" else 1  # the edge pixel itself is not mirrored
    beyond = np.arange(amount, dtype=np.int32) + single
    parts = [beyond[::-1], _range(size), size - (1 + beyond)]
    return np.concatenate(parts) if is_static(size) else tf.concat(parts, 0)


def as_column(indices):
    """A vector, known beforehand or not, as a matrix of one column."""
    # Python's notation would add five operations to a graph, for each layer.
    return indices[:, None] if isinstance(indices, np.ndarray) else tf.expand_dims(indices, 1)


def _range(size):
    return np.arange(size, dtype=np.int32) if is_static(size) else tf.range(size)


def padded_size(size, multiple, at_least=0):
    """The smallest multiple of `multiple` that is neither below `size` nor `at_least`."""
    size = tf.maximum(size, at_least) if tf.is_tensor(size) else max(size, at_least)
    return (size + multiple - 1) // multiple * multiple


def extend(x, height, width):
    """Grows a picture at its bottom and right by mirroring it, repeatedly if need be.

    The edge row and column are repeated once, as "symmetric" padding does, but the result may
    be any number of times larger than the picture.

    Args:
        x: `[B, H, W, C]` of any type.
        height, width: the new size, not below the old one; ints or scalar int32 tensors.

    Returns:
        `[B, height, width, C]`, whose top left `[H, W]` is `x`.
    """
    shape = tf.shape(x)
    x = tf.gather(x, _mirrored_indices(shape[1], height), axis=1)
    return tf.gather(x, _mirrored_indices(shape[2], width), axis=2)


def _mirrored_indices(size, new_size):
    """0 1 2 2 1 0 0 1 ... for a size of 3."""
    indices = tf.range(new_size) % (2 * size)
    return tf.minimum(indices, 2 * size - 1 - indices)
