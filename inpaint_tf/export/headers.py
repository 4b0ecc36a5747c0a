"""The headers of PNG and JPEG files, read within the graph before anything is decoded."""

import tensorflow as tf

FEW_SCANS, MOST_SCANNED = 20, 2**31  # of a JPEG; pixels times scans
_FIRST = b"\x00\x00\x00\rIHDR"  # behind the signature
_MOST_CHUNKS = 1000  # before the pixels


def is_png(data):
    """Whether a file begins with a PNG signature, scalar bool."""
    return tf.equal(tf.strings.substr(data, 0, 8), b"\x89PNG\r\n\x1a\n")


def is_jpeg(data):
    """Whether a file begins as JPEG does, scalar bool."""
    return tf.equal(tf.strings.substr(data, 0, 3), b"\xff\xd8\xff")


def png_header(data):
    """The header of a PNG file, which is its first chunk.

    Returns:
        (whether it exists, [width, height] int64, depth, colour type); careless decoders take
        another chunk for it.
    """
    fine = tf.equal(tf.strings.substr(data, 8, 8), _FIRST)
    header = tf.where(fine, tf.strings.substr(data, 16, 10), b"\0" * 10)
    numbers = tf.cast(tf.io.decode_raw(header, tf.uint8, fixed_length=10), tf.int64)
    sides = tf.reduce_sum(tf.reshape(numbers[:8], [2, 4]) * [2**24, 2**16, 2**8, 1], axis=1)
    return fine, sides, numbers[8], numbers[9]


def png_transparent(data):
    """The values of the colour that is transparent, `[3]` int32, and how many there are.

    They are in a chunk of their own before the pixels; a grey file has one value. Decoders take no
    chunk that is too short.
    """

    def goes_on(position, chunk_type, body, count):
        del body
        last = tf.logical_or(tf.equal(chunk_type, b"IDAT"), tf.equal(chunk_type, b"tRNS"))
        return ~last & (position + 12 <= tf.strings.length(data)) & (count < _MOST_CHUNKS)

    def next_chunk(position, chunk_type, body, count):
        del chunk_type, body
        number = tf.strings.substr(data, position, 4)
        number = tf.io.decode_raw(number, tf.int32, little_endian=False)[0]
        chunk_type = tf.strings.substr(data, position + 4, 4)
        length = tf.clip_by_value(number, 0, tf.strings.length(data))
        body = tf.strings.substr(data, position + 8, tf.minimum(length, 6))
        return position + 12 + length, chunk_type, body, count + 1

    start = (tf.constant(8), tf.constant(b""), tf.constant(b""), tf.constant(0))
    _, chunk_type, body, _ = tf.while_loop(goes_on, next_chunk, start, parallel_iterations=1)
    count = tf.where(tf.equal(chunk_type, b"tRNS"), tf.strings.length(body) // 2, 0)
    pairs = tf.reshape(tf.io.decode_raw(body, tf.uint8, fixed_length=6), [3, 2])
    return tf.reduce_sum(tf.cast(pairs, tf.int32) * [256, 1], axis=1), count


def jpeg_size(data):
    """Height and width, int64, as the decoder itself finds them."""
    return tf.cast(tf.image.extract_jpeg_shape(data)[:2], tf.int64)


def jpeg_scans(data):
    """How often decoding goes over a JPEG at most, int64: the number of its scan markers."""
    numbers = tf.io.decode_raw(data, tf.uint8)
    marks = tf.logical_and(tf.equal(numbers[:-1], 0xFF), tf.equal(numbers[1:], 0xDA))
    return tf.math.count_nonzero(marks)
