"""One function per sampling rule; nothing else in the package resizes tensors."""

import numpy as np
import tensorflow as tf


def double_nearest(x):
    """Nearest-neighbour doubling, `[B, H, W, C]` to `[B, 2H, 2W, C]`: every pixel becomes 2x2.

    Written as concatenations, whose gradient exists under XLA too (that of a resize does not).
    """
    height, width, channels = _sides(x)
    x = tf.reshape(tf.concat([x, x], axis=-1), [-1, height, 2 * width * channels])
    return tf.reshape(tf.concat([x, x], axis=-1), [-1, 2 * height, 2 * width, channels])


def crop_resize(image, box, size):
    """Cuts a box out of each item and scales it: bilinear, averaged if it is reduced.

    Output `i` samples `top + (i + 0.5) * height / size - 0.5` with a triangle as wide as an output
    pixel, but at least as an input pixel. Outside the picture its edge is repeated. Differentiable
    with respect to the image; two matrix products, so it compiles everywhere.

    Args:
        image: `[B, H, W, C]` float.
        box: `[B, 4]` float top, left, height, width in pixels; may reach outside the picture.
        size: (h, w) ints of the result.

    Returns:
        `[B, h, w, C]`.
    """
    rows = _triangles(box[:, 0], box[:, 2], size[0], _size(image, 1), image.dtype)
    columns = _triangles(box[:, 1], box[:, 3], size[1], _size(image, 2), image.dtype)
    image = tf.einsum("bih,bhwc->biwc", rows, image)  # [B, h, W, C]
    return tf.einsum("bjw,biwc->bijc", columns, image)


def _triangles(start, length, outputs, inputs, dtype):
    """`[B, outputs, inputs]` weights of one axis, see `crop_resize`."""
    step = (tf.cast(length, tf.float32) / outputs)[:, tf.newaxis, tf.newaxis]
    centre = (tf.range(outputs, dtype=tf.float32) + 0.5)[:, tf.newaxis]  # [outputs, 1]
    centre = tf.cast(start, tf.float32)[:, tf.newaxis, tf.newaxis] + centre * step - 0.5
    centre = tf.clip_by_value(centre, 0.0, tf.cast(inputs - 1, tf.float32))
    distance = tf.abs(tf.range(inputs, dtype=tf.float32) - centre)  # [B, outputs, inputs]
    weights = tf.nn.relu(1.0 - distance / tf.maximum(step, 1.0))
    return tf.cast(weights / tf.reduce_sum(weights, axis=-1, keepdims=True), dtype)


def corner_aligned_nearest(x, height, width):
    """Nearest-neighbour sampling with aligned corners: the original's rule for every reduction.

    Output `i` reads input `min(floor(i * (H - 1) / (height - 1) + 0.5), H - 1)`, each operation
    rounded to float32; an output of one pixel reads input 0. It differs from `tf.image.resize`
    wherever a picture is reduced: `0..7` halved gives `0 2 5 7` here and `1 3 5 7` there.

    Args:
        x: `[B, H, W, C]` of any type.
        height, width: output size, ints or scalar int32 tensors.

    Returns:
        `[B, height, width, C]`.
    """
    rows, columns = _size(x, 1), _size(x, 2)
    x = _take(x, corner_aligned_indices(rows, height), axis=1)
    return _take(x, corner_aligned_indices(columns, width), axis=2)


def corner_aligned_indices(size, new_size):
    """Input index of each of `new_size` outputs, int32.

    A NumPy array if both sizes are ints: float32 arithmetic under XLA rounds differently, so
    compiled programs need the finished indices. A tensor otherwise.
    """
    if isinstance(size, int) and isinstance(new_size, int):
        step = np.float32(size - 1) / np.float32(max(new_size - 1, 1))
        positions = np.arange(new_size, dtype=np.float32) * step
        return np.minimum(np.floor(positions + np.float32(0.5)), size - 1).astype(np.int32)
    step = tf.cast(size - 1, tf.float32) / tf.cast(tf.maximum(new_size - 1, 1), tf.float32)
    positions = tf.cast(tf.range(new_size), tf.float32) * step
    return tf.minimum(tf.cast(tf.floor(positions + 0.5), tf.int32), size - 1)


def _take(x, indices, axis):
    if isinstance(indices, np.ndarray) and np.array_equal(indices, np.arange(x.shape[axis])):
        return x
    return tf.gather(x, indices, axis=axis)


def _size(x, axis):
    static = x.shape[axis]
    return tf.shape(x)[axis] if static is None else static


def _sides(x):
    return _size(x, 1), _size(x, 2), x.shape[3]


def shrink(x, scale):
    """Means of `scale` by `scale` pixels.

    Args:
        x: `[B, H, W, C]` float; H and W are multiples of `scale`.
        scale: int or scalar int32 tensor.

    Returns:
        `[B, H / scale, W / scale, C]`.
    """
    return tf.reduce_mean(_in_blocks(x, scale), axis=[2, 4])


def shrink_mask(mask, scale):
    """1 where any of `scale` by `scale` pixels is 1; sizes as in `shrink`."""
    return tf.reduce_max(_in_blocks(mask, scale), axis=[2, 4])


def _in_blocks(x, scale):
    height, width, channels = _sides(x)
    return tf.reshape(x, [-1, height // scale, scale, width // scale, scale, channels])


def enlarge(x, scale):
    """Bilinear enlargement; the inverse of `shrink` for pictures without detail.

    Args:
        x: `[B, H, W, C]` float.
        scale: int or scalar int32 tensor.

    Returns:
        `[B, scale * H, scale * W, C]` float32.
    """
    height, width, _ = _sides(x)
    return tf.image.resize(x, [height * scale, width * scale], "bilinear")
