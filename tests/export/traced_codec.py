"""What exports decode with, as graphs of any file: tracing takes longer than all files together."""

import functools

import tensorflow as tf

from inpaint_tf.export.codec import as_hole, decode


@functools.cache
def decoder(limits, deep=False):
    """`decode` as a function of the bytes of a file."""
    file = [tf.TensorSpec([], tf.string)]
    return tf.function(
        lambda data: decode(data, limits, deep), input_signature=file, autograph=False
    )


@functools.cache
def hole_reader():
    """`as_hole` as a function of pixels of any size and number of channels."""
    pixels = [tf.TensorSpec([None, None, None], tf.uint8)]
    return tf.function(lambda found: as_hole(found, 128), input_signature=pixels, autograph=False)
