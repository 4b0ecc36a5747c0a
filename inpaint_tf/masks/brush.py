"""Free-form holes: strokes of a round brush along zigzag lines."""

import math

import tensorflow as tf

from inpaint_tf.masks.seeds import fold, integers, normal, uniform

MAX_STROKES, MIN_TURNS, MAX_TURNS = 3, 4, 11
MEAN_ANGLE, ANGLE_RANGE = 2 * math.pi / 5, 2 * math.pi / 15
WIDTHS, REFERENCE_SIZE = (12.0, 40.0), 256


def sample_brush(seed, size, widths=WIDTHS):
    """Draws one to three strokes.

    Args:
        seed: `[2]` int32.
        size: (H, W) of the picture.
        widths: thinnest and thickest stroke in pixels of a 256x256 picture; they scale with the
            shorter side.

    Returns:
        `[H, W, 1]` float32, 1 under the strokes.

    Source:
        Yu et al., "Free-Form Image Inpainting with Gated Convolution", ICCV 2019, algorithm 1, with
        the numbers of its release. Differs: the first vertex lies inside pictures that are not
        square too, where the release swaps height and width.
    """
    scale = min(size) / REFERENCE_SIZE
    strokes = integers(fold(seed, 0), 1, MAX_STROKES)
    mask = tf.zeros(size, tf.bool)
    for stroke in range(MAX_STROKES):
        vertices, count, width = _sample_stroke(fold(seed, 1 + stroke), size, widths, scale)
        segments = tf.where(stroke < strokes, count, 0)
        mask = _draw(mask, vertices, segments, width / 2)
    return tf.cast(mask, tf.float32)[..., tf.newaxis]


def _sample_stroke(seed, size, widths, scale):
    """Vertices `[MAX_TURNS + 1, 2]` (y, x), how many segments of them count, and the width."""
    count = integers(fold(seed, 0), MIN_TURNS, MAX_TURNS)
    spread = uniform(fold(seed, 1), [2], high=ANGLE_RANGE)
    low, high = MEAN_ANGLE - spread[0], MEAN_ANGLE + spread[1]
    angle = low + (high - low) * uniform(fold(seed, 2), [MAX_TURNS])
    even = tf.range(MAX_TURNS) % 2 == 0
    angle = tf.where(even, 2 * math.pi - angle, angle)

    mean_length = math.hypot(*size) / 8
    length = normal(fold(seed, 3), [MAX_TURNS], mean_length, float(mean_length // 2))
    length = tf.clip_by_value(length, 0.0, 2 * mean_length)
    step = length[:, tf.newaxis] * tf.stack([tf.sin(angle), tf.cos(angle)], axis=-1)

    border = tf.constant(size, tf.float32)
    vertex = tf.floor(uniform(fold(seed, 4), [2]) * border)
    vertices = [vertex]
    for turn in range(MAX_TURNS):
        vertex = tf.floor(tf.clip_by_value(vertex + step[turn], 0.0, border))
        vertices.append(vertex)
    width = tf.floor(uniform(fold(seed, 5), low=widths[0], high=widths[1])) * scale
    return tf.stack(vertices), count, width


def _draw(mask, vertices, segments, radius):
    """Marks every pixel nearer than `radius` to one of the first `segments` segments."""
    y = tf.range(mask.shape[0], dtype=tf.float32)[:, tf.newaxis]
    x = tf.range(mask.shape[1], dtype=tf.float32)[tf.newaxis, :]

    def add_segment(index, mask):
        start, along = vertices[index], vertices[index + 1] - vertices[index]
        dy, dx = y - start[0], x - start[1]  # [H, 1], [1, W]
        share = (dy * along[0] + dx * along[1]) / tf.maximum(tf.reduce_sum(along**2), 1e-6)
        share = tf.clip_by_value(share, 0.0, 1.0)  # [H, W], the nearest point of the segment
        distance2 = (dy - share * along[0]) ** 2 + (dx - share * along[1]) ** 2
        return index + 1, mask | (distance2 <= radius**2)

    return tf.while_loop(lambda index, _: index < segments, add_segment, (0, mask))[1]
