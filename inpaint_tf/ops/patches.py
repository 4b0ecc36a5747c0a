"""Square patches: cut out of feature maps, their norms, and put back together."""

import tensorflow as tf

from inpaint_tf.ops.mapping import map_items


def extract_patches(x, size, stride=1):
    """Every `size` x `size` patch, "SAME" padded with zeros.

    Args:
        x: `[B, H, W, C]`.
        size: int, side of a patch in pixels.
        stride: int, distance between patches in pixels.

    Returns:
        `[B, ceil(H / stride), ceil(W / stride), size * size * C]`, each patch row by row with
        the channel running fastest.
    """
    window, steps = [1, size, size, 1], [1, stride, stride, 1]
    return tf.image.extract_patches(x, window, steps, [1, 1, 1, 1], "SAME")


def patches_as_filters(x, size, stride=1):
    """The same patches in the layout of convolution filters, one output channel per patch.

    Returns:
        `[B, size, size, C, L]` with `L = ceil(H / stride) * ceil(W / stride)`, row by row.
    """
    batch, channels = tf.shape(x)[0], x.shape[3]
    patches = extract_patches(x, size, stride)  # [B, h, w, size * size * C]
    patches = tf.reshape(patches, [batch, -1, size, size, channels])  # [B, L, size, size, C]
    return tf.transpose(patches, [0, 2, 3, 4, 1])


def patch_sums(x, size):
    """The sum over every patch, "SAME" padded with zeros, `[B, H, W, 1]` to the same shape."""
    return tf.nn.conv2d(x, tf.ones([size, size, 1, 1], x.dtype), 1, "SAME")


def normalize_filters(filters, epsilon=1e-4):
    """Divides each filter by its L2 norm, or by `epsilon` if that is larger.

    Args:
        filters: `[B, size, size, C, L]`.
    """
    wide = tf.cast(filters, tf.float32)  # squares leave the range of float16
    squares = tf.reduce_sum(tf.square(wide), axis=[1, 2, 3], keepdims=True)
    # The floor goes under the root, where it keeps the gradient of an empty patch finite.
    return tf.cast(wide / tf.sqrt(tf.maximum(squares, epsilon**2)), filters.dtype)


def fold_patches(weights, filters, stride, overlap):
    """Adds up weighted patches at their positions, the transpose of taking patches.

    Args:
        weights: `[B, h, w, L]`, how much of each patch goes to each position.
        filters: `[B, k, k, C, L]` patches.
        stride: int, distance between positions in pixels.
        overlap: the sum is divided by this. The original divides by 4 everywhere: the number of
            patches that cover a pixel when `k` is twice the stride, except at the border, where
            fewer do.

    Returns:
        `[B, h * stride, w * stride, C]`.
    """
    channels = filters.shape[3]
    height, width = (_size(weights, axis) * stride for axis in (1, 2))

    def fold_one(item):
        weight, patch = item
        shape = tf.stack([1, height, width, channels])
        return tf.nn.conv2d_transpose(weight[None], patch, shape, stride, "SAME")[0]

    static = [side if isinstance(side, int) else None for side in (height, width)]
    spec = tf.TensorSpec([*static, channels], weights.dtype)
    return map_items(fold_one, (weights, filters), spec) / overlap


def _size(x, axis):
    static = x.shape[axis]
    return tf.shape(x)[axis] if static is None else static
