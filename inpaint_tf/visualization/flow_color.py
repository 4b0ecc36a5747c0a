"""Offsets as colours: the direction is the hue, the length the saturation (Middlebury)."""

import numpy as np
import tensorflow as tf

# How many steps the wheel takes from each hue to the next: red, yellow, green, cyan, blue, magenta.
WHEEL_STEPS = (15, 6, 4, 11, 13, 6)
UNKNOWN = 1e7  # an offset beyond this is unknown and counts as 0


def color_wheel():
    """The Middlebury wheel, `[55, 3]` float64 RGB 0..255.

    Source: Baker et al., "A Database and Evaluation Methodology for Optical Flow", IJCV 2011.
    """
    corners = np.array(
        [[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255]], float
    )
    arcs = []
    for start, end, steps in zip(corners, np.roll(corners, -1, axis=0), WHEEL_STEPS):
        part = np.floor(255 * np.arange(steps) / steps)[:, None] / 255
        # A falling channel is 255 minus the same whole numbers by which another one rises.
        arcs.append(start + (end - start) * part)
    return np.concatenate(arcs)


def flow_color(offsets, running_radius=False):
    """Paints offsets, white where they are 0.

    Args:
        offsets: `[B, h, w, 2]` ints or floats, (dy, dx).
        running_radius: False divides each picture's offsets by its own longest one. True divides
            by the longest so far in the batch, as the original does: the colours of a picture
            then depend on those before it.

    Returns:
        `[B, h, w, 3]` uint8 RGB.
    """
    offsets = tf.cast(offsets, tf.float64)  # float32 would round to neighbouring colours
    unknown = tf.reduce_any(tf.abs(offsets) > UNKNOWN, axis=-1, keepdims=True)
    offsets = tf.where(unknown, tf.zeros_like(offsets), offsets)
    longest = tf.reduce_max(tf.norm(offsets, axis=-1), axis=[1, 2])  # [B]
    if running_radius:
        so_far = tf.linalg.band_part(tf.ones([tf.size(longest)] * 2, tf.float64), -1, 0)
        longest = tf.reduce_max(so_far * longest[None, :], axis=1)
    offsets /= longest[:, None, None, None] + np.finfo(float).eps

    radius = tf.norm(offsets, axis=-1, keepdims=True)
    color = _wheel_color(offsets)
    color = tf.where(radius <= 1, 1 - radius * (1 - color), 0.75 * color)
    return tf.cast(tf.floor(255 * color), tf.uint8)


def _wheel_color(offsets):
    """The wheel's colour in the direction of each offset, `[B, h, w, 3]` in 0..1."""
    wheel = tf.constant(color_wheel() / 255)
    steps = len(color_wheel())
    angle = tf.atan2(-offsets[..., 1], -offsets[..., 0]) / np.pi  # -1..1
    position = (angle + 1) / 2 * (steps - 1)
    below = tf.floor(position)
    part = (position - below)[..., None]
    index = tf.cast(below, tf.int32)
    return (1 - part) * tf.gather(wheel, index) + part * tf.gather(wheel, (index + 1) % steps)
