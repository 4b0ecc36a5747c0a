"""PNG and JPEG within the graph, where a file that cannot be used harms nobody else's request."""

import tensorflow as tf

UNREADABLE = "is not a PNG or JPEG picture that can be decoded"
CPU = "/CPU:0"  # picture files and what surrounds them; the network goes where it may
LUMA = (0.299, 0.587, 0.114)  # weights of red, green, blue in a grey, ITU-R BT.601


def decode(data, max_pixels, deep=False):
    """Decodes a picture; what cannot be decoded gives a reason instead of an error.

    An error in a graph fails the whole batch, and a server merges the requests of strangers into
    one. A pipeline of one element catches it.

    Args:
        data: scalar string, the bytes of a PNG or JPEG file.
        max_pixels: int, pictures with more are not decoded, since their memory would be taken
            from the others. Checked in the header.
        deep: whether 16 bits a channel are allowed; they lose their lower half.

    Returns:
        `(pixels, problem)`: `[H, W, C]` uint8 as stored in the file, with 1, 3 or 4 channels, and
        an empty string; or nothing of use and the end of a sentence.
    """

    def attempt(data):
        return _decode(data, max_pixels, deep)

    with tf.device(CPU):
        attempts = tf.data.Dataset.from_tensors(data).map(attempt).ignore_errors()
        failure = tf.data.Dataset.from_tensors((tf.zeros([0, 0, 0], tf.uint8), UNREADABLE))
        pixels, problem = attempts.concatenate(failure).take(1).get_single_element()
    pixels.set_shape([None, None, None])
    return pixels, problem


def _decode(data, max_pixels, deep):
    is_png = tf.equal(tf.strings.substr(data, 0, 8), b"\x89PNG\r\n\x1a\n")
    is_jpeg = tf.equal(tf.strings.substr(data, 0, 3), b"\xff\xd8\xff")
    nothing = tf.zeros([2], tf.int64)
    size = tf.cond(is_jpeg, lambda: _jpeg_size(data), lambda: nothing)
    size = tf.cond(is_png, lambda: _png_size(data), lambda: size)
    too_large = tf.reduce_prod(size) > max_pixels
    too_deep = tf.logical_and(is_png, tf.equal(tf.strings.substr(data, 24, 1), b"\x10"))
    too_deep = tf.logical_and(too_deep, not deep)

    def pixels():
        return tf.cond(is_jpeg, lambda: _decode_jpeg(data), lambda: _decode_png(data))

    def refused(reason):
        return lambda: (tf.zeros([0, 0, 0], tf.uint8), reason)

    def decoded():
        found = pixels()
        found.set_shape([None, None, None])
        two = tf.equal(tf.shape(found)[2], 2)
        return found, tf.where(two, "has 2 channels, expected 1, 3 or 4", "")

    return tf.case(
        [
            (tf.logical_not(tf.logical_or(is_png, is_jpeg)), refused(UNREADABLE)),
            (too_large, refused(f"has more than {max_pixels} pixels, the most that is taken")),
            (too_deep, refused("has 16 bits a channel, expected 8")),
        ],
        default=decoded,
    )


def _decode_png(data):
    with tf.device(CPU):
        return tf.io.decode_png(data)


def _decode_jpeg(data):
    """As OpenCV and Pillow decode; other methods differ by a level or two."""
    with tf.device(CPU):
        return tf.io.decode_jpeg(data, dct_method="INTEGER_ACCURATE")


def _png_size(data):
    """Width and height, int64, from the first chunk."""
    sides = tf.io.decode_raw(tf.strings.substr(data, 16, 8), tf.int32, little_endian=False)
    return tf.cast(sides, tf.int64)


def _jpeg_size(data):
    """Height and width, int64, from the header."""
    return tf.cast(tf.image.extract_jpeg_shape(data)[:2], tf.int64)


def encode_png(pixels):
    """`[H, W, C]` uint8 to the bytes of a PNG file."""
    with tf.device(CPU):
        return tf.io.encode_png(pixels)


def as_rgb(pixels):
    """`[H, W, 1]`, `[H, W, 3]` or `[H, W, 4]` to `[H, W, 3]`, without transparency."""
    with tf.device(CPU):
        grey = tf.equal(tf.shape(pixels)[2], 1)
        return tf.cond(grey, lambda: tf.concat([pixels] * 3, 2), lambda: pixels[..., :3])


def as_grey(color):
    """`[H, W, 3]` uint8 to the brightness `[H, W, 1]`, rounded as the `Inpainter` does."""
    with tf.device(CPU):
        red, green, blue = tf.unstack(tf.cast(color, tf.float64), num=3, axis=-1)
        grey = red * LUMA[0] + green * LUMA[1] + blue * LUMA[2]
        return tf.cast(tf.round(grey), tf.uint8)[..., None]


def as_hole(pixels, threshold):
    """Pixels of a mask file to `[H, W, 1]` bool, True in the hole.

    Colours count by their brightness; transparency only in a mask that is white all over, where
    it alone can say what was painted.
    """
    with tf.device(CPU):
        white = as_grey(as_rgb(pixels)) >= threshold
        painted = tf.logical_and(tf.shape(pixels)[2] == 4, tf.reduce_all(white))
        return tf.where(painted, pixels[..., -1:] >= threshold, white)


def visible(pixels):
    """`[H, W, 1]` bool: pixels that are not wholly transparent; all without transparency."""
    with tf.device(CPU):
        return tf.cond(
            tf.equal(tf.shape(pixels)[2], 4),
            lambda: pixels[..., 3:] > 0,
            lambda: tf.ones_like(pixels[..., :1], tf.bool),
        )


def in_layout_of(pixels, color):
    """RGB `color` with the channels of `pixels`: grey again, or with its transparency."""
    with tf.device(CPU):
        return tf.case(
            [
                (tf.shape(pixels)[2] == 1, lambda: as_grey(color)),
                (tf.shape(pixels)[2] == 4, lambda: tf.concat([color, pixels[..., 3:]], axis=2)),
            ],
            default=lambda: color,
        )
