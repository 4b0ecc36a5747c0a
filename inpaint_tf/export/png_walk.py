"""A PNG file walked chunk by chunk within the graph: whether it holds all that it claims."""

import tensorflow as tf

MOST_CHUNKS = 20_000  # writers put thousands of bytes into each
_SIGNATURE, _AROUND = 8, 12  # bytes; of a chunk besides its body
_END = int.from_bytes(b"IEND", "big")


# Traced once, however many pictures an export's signatures decode.
@tf.function(input_signature=[tf.TensorSpec([], tf.string)], autograph=False)
def walk_png(data):
    """Whether chunks are as long as they say; decoders make room for up to 2 GB before they look.

    Args:
        data: scalar string, the bytes of the file.

    Returns:
        `(whole, ended)`: whether all chunks up to the end mark lie within the file, and whether
        the walk came to an end before there were too many.

    Source:
        Portable Network Graphics, third edition, section 5.3 (chunk layout).
    """
    size = tf.cast(tf.strings.length(data), tf.int64)

    def goes_on(count, position, name):
        return (name != _END) & (position + _AROUND <= size) & (count < MOST_CHUNKS)

    def next_chunk(count, position, name):
        del name
        head = tf.io.decode_raw(tf.strings.substr(data, position, 8), tf.int32, little_endian=False)
        length = tf.cast(head[0], tf.int64)
        # What is longer than any file, of which negative is one way to say it, ends beyond this.
        length = tf.where(length < 0, size, length)
        return count + 1, position + _AROUND + length, head[1]

    start = (tf.constant(0), tf.constant(_SIGNATURE, tf.int64), tf.constant(0))
    count, position, name = tf.while_loop(goes_on, next_chunk, start, parallel_iterations=1)
    whole = tf.equal(name, _END) & (position <= size)
    return whole, whole | (count < MOST_CHUNKS)
