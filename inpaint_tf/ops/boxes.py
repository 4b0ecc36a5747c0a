"""The local view: images and masks cropped to boxes, and boxes drawn as masks."""

import tensorflow as tf


def crop_boxes(image, box, size):
    """Cuts each item of a batch to its own box.

    Args:
        image: `[B, H, W, C]`.
        box: `[B, 4]` int32 top, left, height, width; inside the image.
        size: (height, width) ints of every box, so that the result has a static shape.

    Returns:
        `[B, height, width, C]`, the pixels themselves; gradients flow back into the box.
    """
    rows = box[:, 0, tf.newaxis] + tf.range(size[0], dtype=box.dtype)  # [B, height]
    columns = box[:, 1, tf.newaxis] + tf.range(size[1], dtype=box.dtype)  # [B, width]
    image = tf.gather(image, rows, axis=1, batch_dims=1)  # [B, height, W, C]
    return tf.gather(image, columns, axis=2, batch_dims=1)  # [B, height, width, C]


def box_mask(box, size):
    """Draws boxes as masks.

    Args:
        box: `[..., 4]` int32 top, left, height, width.
        size: (H, W) of the picture.

    Returns:
        `[..., H, W, 1]` float32, 1 inside the box.
    """
    rows = _inside(box[..., 0], box[..., 2], size[0])  # [..., H]
    columns = _inside(box[..., 1], box[..., 3], size[1])  # [..., W]
    return tf.cast(rows[..., :, tf.newaxis] & columns[..., tf.newaxis, :], tf.float32)[
        ..., tf.newaxis
    ]


def _inside(start, length, size):
    index = tf.range(size, dtype=start.dtype)
    start = start[..., tf.newaxis]
    return (index >= start) & (index < start + length[..., tf.newaxis])
