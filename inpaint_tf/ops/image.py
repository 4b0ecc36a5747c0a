"""Pixel values, and how a picture and its hole are combined."""

import tensorflow as tf


def to_float(pixels):
    """Integer pixels to the network's range.

    Args:
        pixels: uint8 or uint16 tensor of any shape.

    Returns:
        float32 tensor of the same shape in [-1, 1]: `pixels / (max / 2) - 1`.
    """
    pixels = tf.convert_to_tensor(pixels)
    return tf.cast(pixels, tf.float32) / (pixels.dtype.max / 2) - 1.0


def to_integer(image, dtype=tf.uint8):
    """The inverse of `to_float`: clips to [-1, 1], scales and rounds half to even.

    The original truncates instead, which darkens a tenth of all pixels by one level.
    """
    half = tf.as_dtype(dtype).max / 2
    scaled = (tf.clip_by_value(tf.cast(image, tf.float32), -1.0, 1.0) + 1.0) * half
    # uint16 goes through int32: some devices have no direct kernel for the cast.
    return tf.cast(tf.cast(tf.round(scaled), tf.int32), dtype)


def to_uint8(image):
    """`[-1, 1]` to uint8 0..255, rounded."""
    return to_integer(image, tf.uint8)


def filled_pixels(prediction, pixels, hole):
    """Integer pixels with the prediction in the hole; known ones stay bit for bit.

    Args:
        prediction: `[..., H, W, C]` in [-1, 1].
        pixels: `[..., H, W, C]` uint8 or uint16.
        hole: `[..., H, W, 1]` bool.
    """
    return tf.where(hole, to_integer(prediction, pixels.dtype), pixels)


def unit_range(image):
    """`[-1, 1]` to `[0, 1]`, the range of feature networks and of some papers' losses."""
    return 0.5 * image + 0.5


def masked_image(image, mask):
    """`image` with the hole set to 0, which is mid grey in [-1, 1].

    Args:
        image: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.
    """
    return image * (1.0 - mask)


def filled_image(image, mask, color=None):
    """`image` as a generator sees it, with its hole filled by the generator's rule.

    Args:
        image: `[B, H, W, 3]` in [-1, 1].
        mask: `[B, H, W, 1]`, 1 = hole.
        color: (red, green, blue), each 0 to 255; None fills with 0, mid grey.
    """
    if color is None:
        return masked_image(image, mask)
    return composite(tf.constant(color, tf.float32) / 127.5 - 1.0, image, mask)


def composite(prediction, image, mask):
    """The completed picture: `prediction` in the hole, `image` outside.

    Args:
        prediction, image: `[B, H, W, C]`.
        mask: `[B, H, W, 1]`, 1 = hole.
    """
    return prediction * mask + image * (1.0 - mask)
