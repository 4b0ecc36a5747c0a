"""Faults of the files of one request, as the end of a sentence within the graph."""

import tensorflow as tf


def first_problem(image, image_problem, mask, mask_problem):
    """The end of a sentence that begins with "Item 3", or an empty string."""

    problem = other_size(image, mask, "mask_bytes")
    problem = tf.where(mask_problem != "", ending("mask_bytes", mask_problem), problem)
    return tf.where(image_problem != "", ending("image_bytes", image_problem), problem)


def ending(name, problem):
    """The end of the sentence about one of the files."""
    return tf.strings.join([f": {name} ", problem, "."])


def other_size(image, pixels, name):
    """The same if the file called `name` has another size than the image, else empty."""

    def size(pixels):
        sides = tf.as_string(tf.shape(pixels))
        return tf.strings.join([sides[0], " rows and ", sides[1], " columns"])

    sentence = tf.strings.join([f": {name} has ", size(pixels), ", image_bytes ", size(image), "."])
    return tf.where(tf.reduce_any(tf.shape(image)[:2] != tf.shape(pixels)[:2]), sentence, "")
