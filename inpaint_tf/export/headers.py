"""The headers of PNG and JPEG files, read within the graph before anything is decoded."""

import zlib

import numpy as np
import tensorflow as tf

GREY, RGB, GREY_AND_ALPHA = 0, 2, 4  # colour types of PNG
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


def png_transparent(data, color_type):
    """The colour that is transparent, `[3]` int32, and whether there is one, for grey and RGB.

    It is in a chunk of its own before the pixels, which counts as in `inference.png_parts`: if it
    has two bytes a channel and the right checksum.
    """
    grey = tf.equal(color_type, GREY)
    body, stored, changes, none = (tf.where(grey, *pair) for pair in zip(_parts(2), _parts(6)))

    def goes_on(position, chunk_type, value, found, count):
        del value
        last = tf.logical_or(tf.equal(chunk_type, b"IDAT"), found)
        return ~last & (position + 12 <= tf.strings.length(data)) & (count < _MOST_CHUNKS)

    def next_chunk(position, chunk_type, value, found, count):
        del chunk_type, value, found
        number = tf.strings.substr(data, position, 4)
        number = tf.io.decode_raw(number, tf.int32, little_endian=False)[0]
        chunk_type = tf.strings.substr(data, position + 4, 4)
        length = tf.clip_by_value(number, 0, tf.strings.length(data))
        numbers = tf.strings.substr(data, position + 8, 10)
        numbers = tf.cast(tf.io.decode_raw(numbers, tf.uint8, fixed_length=10), tf.int64)
        value = tf.reduce_sum(numbers * body)
        checksum = (none + tf.reduce_sum(_bits(value, 48)[:, None] * changes, 0)) % 2
        sound = tf.reduce_all(tf.equal(checksum, _bits(tf.reduce_sum(numbers * stored), 32)))
        found = tf.equal(chunk_type, b"tRNS") & tf.equal(length, tf.where(grey, 2, 6)) & sound
        return position + 12 + length, chunk_type, value, found, count + 1

    start = (
        tf.constant(8),
        tf.constant(b""),
        tf.constant(0, tf.int64),
        tf.constant(False),
        tf.constant(0),
    )
    _, _, value, found, _ = tf.while_loop(goes_on, next_chunk, start, parallel_iterations=1)
    places = tf.where(grey, tf.constant([0, 0, 0], tf.int64), [32, 16, 0])
    return tf.cast(tf.bitwise.right_shift(value, places) & 0xFFFF, tf.int32), found


def _parts(size):
    """How a transparent colour of `size` bytes and its checksum are read from 10 bytes.

    Returns:
        The factors of the bytes, `[10]`, for the colour and for the checksum, as whole numbers; the
        bits of the checksum that each bit of the colour changes, `[48, 32]`; and those of zero.
    """
    body = [256 ** (size - 1 - n) if n < size else 0 for n in range(10)]
    stored = [256 ** (size + 3 - n) if size <= n < size + 4 else 0 for n in range(10)]
    none = zlib.crc32(b"tRNS" + bytes(size))
    changes = np.zeros([48], np.int64)
    for bit in range(8 * size):
        changes[bit] = none ^ zlib.crc32(b"tRNS" + (1 << bit).to_bytes(size, "big"))
    every = np.arange(32)
    return np.int64(body), np.int64(stored), changes[:, None] >> every & 1, none >> every & 1


def _bits(number, count):
    """The lowest `count` bits of an int64, the lowest one first."""
    return tf.bitwise.right_shift(number, tf.range(count, dtype=tf.int64)) & 1


def jpeg_size(data):
    """Height and width, int64, as the decoder itself finds them."""
    return tf.cast(tf.image.extract_jpeg_shape(data)[:2], tf.int64)


def jpeg_scans(data):
    """How often decoding goes over a JPEG at most, int64: the number of its scan markers."""
    numbers = tf.io.decode_raw(data, tf.uint8)
    marks = tf.logical_and(tf.equal(numbers[:-1], 0xFF), tf.equal(numbers[1:], 0xDA))
    return tf.math.count_nonzero(marks)
