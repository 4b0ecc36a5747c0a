"""A JPEG file read segment by segment within the graph: the end of its pixels, missing scans."""

import tensorflow as tf

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_NO_FRAMES = (0xC4, 0xC8, 0xCC)  # among 0xC0 to 0xCF: two kinds of tables, and a gap
_MOST_SEGMENTS = 4000


# Traced once, however many pictures an export's signatures decode.
@tf.function(input_signature=[tf.TensorSpec([], tf.string)], autograph=False)
def walk_jpeg(data):
    """Finds the end of a JPEG file's pixels, and whether scans are missing.

    Args:
        data: scalar string, the bytes of the file.

    Returns:
        `(end, restart, complete, ended)`: bytes up to the end of the last scan, int64;
        the number of the restart marker that would be next, 0 to 7; whether the scans contain all
        numbers of all components, which decoders do not check; and whether the walk came to an end
        before there were too many segments.

    Source:
        ITU-T T.81, B.1.1 (markers), B.2.2 and B.2.3 (parameters of frames and scans), G.1.1.
    """
    numbers = tf.io.decode_raw(data, tf.uint8)
    marks, restarts = _marks(numbers)
    size = tf.size(numbers, tf.int64)

    def byte(position):
        return tf.cast(numbers[tf.minimum(position, size - 1)], tf.int64)

    def goes_on(count, position, marker, end, missing, progressive):
        del position, end, missing, progressive
        return (marker != _EOI) & (count < _MOST_SEGMENTS)

    def next_segment(count, position, marker, end, missing, progressive):
        """From the end of a segment and its pixels to the end of the next one."""
        mark = marks[tf.searchsorted(marks, [position])[0]]
        end = tf.where(tf.equal(marker, _SOS), mark, end)
        marker, start = byte(mark + 1), mark + 2
        length = byte(start) * 256 + byte(start + 1)
        position = start + length
        ends = (marker == _EOI) | (marker == _SOI)
        last = (mark >= size) | ends | (position > size) | (length < 2)
        marker = tf.where(last, tf.constant(_EOI, tf.int64), marker)
        body = tf.cast(numbers[start + 2 : position], tf.int32)
        missing, progressive = tf.case(
            [
                (_is_frame(marker), lambda: (_all_of_frame(body), tf.equal(marker & 3, 2))),
                (
                    tf.equal(marker, _SOS),
                    lambda: (_less_scan(missing, body, progressive), progressive),
                ),
            ],
            default=lambda: (missing, progressive),
        )
        return count + 1, position, marker, end, missing, progressive

    start = (
        tf.constant(0),
        tf.constant(2, tf.int64),
        tf.constant(_SOI, tf.int64),
        size,
        tf.zeros([256, 64], tf.int32),
        tf.constant(False),
    )
    _, _, marker, end, missing, _ = tf.while_loop(
        goes_on, next_segment, start, parallel_iterations=1
    )
    before = tf.searchsorted(restarts, [end])[0]
    latest = tf.concat([[0], restarts], 0)[before]
    restart = tf.where(before > 0, (byte(latest + 1) + 1) % 8, 0)
    return end, restart, ~tf.reduce_any(missing > 0), tf.equal(marker, _EOI)


def _marks(numbers):
    """The possible positions of markers, int64, in order, and the end; and of restart markers."""
    first, second = numbers[:-1], numbers[1:]
    restart = (second >= 0xD0) & (second <= 0xD7)
    others = (second >= 2) & (second <= 254) & ~restart
    marks, restarts = (tf.where((first == 255) & among)[:, 0] for among in (others, restart))
    return tf.concat([marks, [tf.size(numbers, tf.int64)]], 0), restarts


def _is_frame(marker):
    among = (marker >= 0xC0) & (marker <= 0xCF)
    return among & tf.reduce_all(marker != tf.constant(_NO_FRAMES, tf.int64))


def _all_of_frame(body):
    """The missing bits of a block's 64 numbers, 8 bits of each at first, by component."""
    return tf.where(_is_one_of(body[6::3][: body[5]]), 8, 0) * tf.ones([1, 64], tf.int32)


def _less_scan(missing, body, progressive):
    """The missing bits after a scan."""
    count = body[0]
    first, last, bits = tf.unstack(body[1 + 2 * count : 4 + 2 * count], num=3)
    first, last = tf.where(progressive, first, 0), tf.where(progressive, last, 63)
    bits = tf.where(progressive, bits & 15, 0)
    numbers = tf.range(64)
    sent = _is_one_of(body[1 : 1 + 2 * count : 2]) & (numbers >= first) & (numbers <= last)
    return tf.where(sent & (missing > 0), bits, missing)


def _is_one_of(components):
    """`[256, 1]` bool by the number of a component."""
    return tf.reduce_any(tf.range(256)[:, None] == components[None], 1)[:, None]
