"""Free-form holes: strokes of a round brush along zigzag lines."""

import math
from typing import NamedTuple

import tensorflow as tf

from inpaint_tf.masks.seeds import fold, integers, normal, uniform

REFERENCE_SIZE = 256


class Strokes(NamedTuple):
    """How strokes are drawn; the numbers are those of the release v2.0.0.

    count: fewest and most strokes.
    vertices: fewest and most vertices after a stroke's first.
    length: mean distance between vertices, as a fraction of the picture's diagonal. Distances are
        normal, with half the mean as deviation, and at most twice the mean.
    angle: in degrees, the mean turn and the largest deviation from it: each stroke draws its own
        bounds, at most that far below and above the mean.
    width: thinnest and thickest stroke in pixels of a 256x256 picture, scaled with the shorter
        side.
    """

    count: tuple = (1, 3)
    vertices: tuple = (4, 11)
    length: float = 0.125
    angle: tuple = (72.0, 24.0)
    width: tuple = (12.0, 40.0)


RELEASED = Strokes()


def sample_brush(seed, size, strokes=RELEASED):
    """Draws a few strokes.

    Args:
        seed: `[2]` int32.
        size: (H, W) of the picture.
        strokes: `Strokes`.

    Returns:
        `[H, W, 1]` float32, 1 under the strokes.

    Source:
        Yu et al., "Free-Form Image Inpainting with Gated Convolution", ICCV 2019, algorithm 1, with
        the numbers of its release. It differs where the release swaps height and width: here the
        first vertex also lies inside pictures that are not square.
    """
    count = integers(fold(seed, 0), *strokes.count)

    def add_stroke(stroke, mask):
        vertices, turns, width = _sample_stroke(fold(seed, 1 + stroke), size, strokes)
        return stroke + 1, _draw(mask, vertices, turns, width / 2)

    # A loop of the graph: written out, three strokes are thousands of operations to compile.
    empty = tf.zeros(size, tf.bool)
    mask = tf.while_loop(lambda stroke, _: stroke < count, add_stroke, (0, empty))[1]
    return tf.cast(mask, tf.float32)[..., tf.newaxis]


def _sample_stroke(seed, size, strokes):
    """Vertices `[most + 1, 2]` (y, x), the number of segments to draw, and the width."""
    most = strokes.vertices[1]
    count = integers(fold(seed, 0), *strokes.vertices)
    mean_angle, angle_range = (math.radians(degrees) for degrees in strokes.angle)
    spread = uniform(fold(seed, 1), [2], high=angle_range)
    low, high = mean_angle - spread[0], mean_angle + spread[1]
    angle = low + (high - low) * uniform(fold(seed, 2), [most])
    even = tf.range(most) % 2 == 0
    angle = tf.where(even, 2 * math.pi - angle, angle)

    mean_length = math.hypot(*size) * strokes.length
    length = normal(fold(seed, 3), [most], mean_length, float(mean_length // 2))
    length = tf.clip_by_value(length, 0.0, 2 * mean_length)
    step = length[:, tf.newaxis] * tf.stack([tf.sin(angle), tf.cos(angle)], axis=-1)

    border = tf.constant(size, tf.float32)
    vertex = tf.floor(uniform(fold(seed, 4), [2]) * border)
    vertices = [vertex]
    for turn in range(most):
        vertex = tf.floor(tf.clip_by_value(vertex + step[turn], 0.0, border))
        vertices.append(vertex)
    scale = min(size) / REFERENCE_SIZE
    thin, thick = strokes.width
    width = tf.floor(uniform(fold(seed, 5), low=thin, high=thick)) * scale
    return tf.stack(vertices), count, width


def _draw(mask, vertices, segments, radius):
    """Marks every pixel nearer than `radius` to one of the first `segments` segments."""
    y = tf.range(mask.shape[0], dtype=tf.float32)[:, tf.newaxis]
    x = tf.range(mask.shape[1], dtype=tf.float32)[tf.newaxis, :]

    def add_segment(index, mask):
        start, along = vertices[index], vertices[index + 1] - vertices[index]
        dy, dx = y - start[0], x - start[1]  # [H, 1], [1, W]
        nearest = (dy * along[0] + dx * along[1]) / tf.maximum(tf.reduce_sum(along**2), 1e-6)
        nearest = tf.clip_by_value(nearest, 0.0, 1.0)  # [H, W], from one end to the other
        # Squares, not powers, which take ten times as long where a graph is not optimized.
        distance2 = tf.square(dy - nearest * along[0]) + tf.square(dx - nearest * along[1])
        return index + 1, mask | (distance2 <= radius**2)

    return tf.while_loop(lambda index, _: index < segments, add_segment, (0, mask))[1]
