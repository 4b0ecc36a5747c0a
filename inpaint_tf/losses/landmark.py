"""How far the landmarks of a completed face lie from those of the real one."""

import tensorflow as tf


def landmark_l1(real, completed, eyes):
    """Mean absolute difference of landmarks, in distances between the outer eye corners.

    Formula:
        mean over points and over x and y of |real - completed|, divided by the distance between
        the real face's outer eye corners; so it does not depend on the size of the face.

    Args:
        real, completed: `[B, P, 2]` x and y in one system of coordinates.
        eyes: pair of ints, the points that are the outer eye corners.

    Returns:
        `[B]`.

    Source:
        Fine-tunings of DeepFill for faces add structure by an l1 between the landmarks of the real
        and the completed face; there the landmarks come from outside the graph.
    """
    unit = tf.norm(real[:, eyes[0]] - real[:, eyes[1]], axis=-1)
    difference = tf.reduce_mean(tf.abs(real - completed), axis=[1, 2])
    return difference / tf.maximum(unit, 1e-3)


def mean_of_present(values, present):
    """The mean of the `values` `[B]` whose `present` `[B]` is true; 0 if none is."""
    present = tf.cast(present, values.dtype)
    # Chosen, not multiplied: values that are left out may be NaN.
    values = tf.where(present > 0, values, tf.zeros_like(values))
    return tf.reduce_sum(values) / tf.maximum(tf.reduce_sum(present), 1.0)
