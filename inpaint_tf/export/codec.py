"""PNG and JPEG within the graph; a bad file does not harm anybody else's request."""

import tensorflow as tf

from inpaint_tf.export.headers import (
    GREY,
    GREY_AND_ALPHA,
    RGB,
    is_jpeg,
    is_png,
    jpeg_scans,
    jpeg_size,
    png_header,
    png_transparent,
)
from inpaint_tf.export.jpeg_walk import walk_jpeg
from inpaint_tf.export.pixels import too_many_pixels
from inpaint_tf.export.png_walk import walk_png
from inpaint_tf.inference.arrays import LUMA
from inpaint_tf.inference.jpeg_parts import (
    BEHIND_PIXELS,
    END_OF_JPEG,
    FEW_SCANS,
    MOST_SCANNED,
)
from inpaint_tf.inference.mask_file import BLACK, GREY_SPREAD, OPAQUE_GROUND, WHITE

# With a channel, since colours are looked at before anybody asks whether there are any.
_NO_PIXELS = [0, 0, 1]
CUT_SHORT = "is cut short: some of its pixels are missing"
UNREADABLE = "is not a PNG or JPEG picture that can be decoded"
# Says of four inks that they are stored as all programs store them, white being 255. Decoders that
# find no such segment in a file take them for the contrary or, like Pillow, for the same.
_AS_ALL_STORE_INKS = b"\xff\xd8\xff\xee\0\x0eAdobe\0\x64" + bytes(5)
CPU = "/CPU:0"  # picture files and what surrounds them; the network goes where it may


def decode(data, limits, deep=False):
    """Decodes a picture; a file that cannot be decoded gives a reason instead of an error.

    An error in a graph fails the whole batch, and a server merges the requests of strangers into
    one. A pipeline of one element catches it.

    Args:
        data: scalar string, the bytes of a PNG or JPEG file.
        limits: `Limits`; larger pictures are not decoded, since their memory would be taken from
            the others. Checked in the header.
        deep: whether 16 bits a channel are allowed; they are reduced to 8.

    Returns:
        `(pixels, problem)`: `[H, W, C]` uint8 as stored in the file, with 1 to 4 channels (the
        last of 2 and 4 is the transparency), and an empty string; or nothing of use and the end of
        a sentence.
    """

    @tf.autograph.experimental.do_not_convert
    def attempt(data):
        return _decode(data, limits, deep)

    with tf.device(CPU):
        attempts = tf.data.Dataset.from_tensors(data).map(attempt).ignore_errors()
        failure = tf.data.Dataset.from_tensors((tf.zeros(_NO_PIXELS, tf.uint8), UNREADABLE))
        pixels, problem = attempts.concatenate(failure).take(1).get_single_element()
    pixels.set_shape([None, None, None])
    return pixels, problem


def _decode(data, limits, deep):
    png, jpeg = is_png(data), is_jpeg(data)
    headed, size, depth, color_type = png_header(data)
    size = tf.cond(jpeg, lambda: jpeg_size(data), lambda: size[::-1])
    readable = tf.logical_or(jpeg, tf.logical_and(png, headed))
    too_large = too_many_pixels(size, limits)
    too_deep = tf.logical_and(png, tf.equal(depth, 16))
    too_deep = tf.logical_and(too_deep, not deep)
    scans = tf.cond(jpeg, lambda: jpeg_scans(data), lambda: tf.constant(0, tf.int64))
    yes = tf.constant(True)
    whole, ended = tf.cond(png, lambda: walk_png(data), lambda: (yes, yes))
    too_often = tf.logical_and(scans > FEW_SCANS, scans * tf.reduce_prod(size) > MOST_SCANNED)

    def refused(reason):
        return lambda: (tf.zeros(_NO_PIXELS, tf.uint8), reason)

    def decoded():
        found, problem = tf.cond(
            jpeg, lambda: _decode_jpeg(data), lambda: _decode_png(data, depth, color_type)
        )
        found.set_shape([None, None, None])
        return found, problem

    return tf.case(
        [
            (tf.logical_not(readable), refused(UNREADABLE)),
            (
                too_large,
                refused(f"has more than {limits.pixels} pixels, the most that is taken"),
            ),
            (~ended, refused("has more chunks than are read")),
            (~whole, refused(UNREADABLE)),
            (too_deep, refused("has 16 bits a channel, expected 8")),
            (too_often, refused("has too many scans for its size")),
        ],
        default=decoded,
    )


def _decode_png(data, depth, color_type):
    """Pixels of 8 bits, with one more channel if one colour is transparent."""
    with tf.device(CPU):
        values, found = png_transparent(data, color_type)
        keyed = found & (tf.equal(color_type, GREY) | tf.equal(color_type, RGB))
        pixels = tf.cond(
            keyed,
            lambda: _keyed(data, values, depth),
            lambda: tf.io.decode_png(data),
        )
        two = tf.equal(color_type, GREY_AND_ALPHA)
        return pixels, tf.where(two, "has 2 channels, expected 1, 3 or 4", "")


def _keyed(data, values, depth):
    """Pixels and their transparency: one colour, in steps of `depth` bits, is transparent."""
    # In 16 bits, where 8 are spread over all of them: 255 is 65535.
    most = tf.bitwise.left_shift(1, tf.cast(depth, tf.int32)) - 1
    pixels = tf.cast(tf.io.decode_png(data, dtype=tf.uint16), tf.int32)
    step = 65535 // most
    clear = tf.reduce_all(tf.equal(pixels, tf.bitwise.bitwise_and(values, most) * step), axis=2)
    alpha = tf.where(clear, 0, 255)[..., None]
    return tf.cast(tf.concat([pixels // 256, alpha], axis=2), tf.uint8)


def _decode_jpeg(data):
    """As OpenCV and Pillow decode; other methods differ by a level or two."""

    def pixels_of(end):
        file = tf.strings.join([tf.strings.substr(data, tf.zeros_like(last), last), end])
        return tf.io.decode_jpeg(file, dct_method="INTEGER_ACCURATE")

    with tf.device(CPU):
        inks = tf.equal(tf.image.extract_jpeg_shape(data)[2], 4)
        behind_start = tf.strings.substr(data, 2, tf.strings.length(data))
        # The file's own segment comes later, so it counts.
        said = tf.strings.join([_AS_ALL_STORE_INKS, behind_start])
        data = tf.where(inks, said, data)
        last, restart, complete, ended = walk_jpeg(data)
        # The zero keeps a filling 0xFF from becoming a marker.
        behind = tf.constant([b"\0" + noise + END_OF_JPEG for noise in BEHIND_PIXELS])
        pixels = pixels_of(END_OF_JPEG)
        # Missing pixels are filled with grey, of which decoders would make something else if
        # there were something. Each finding of it in a whole picture is a line of TensorFlow's
        # log, so only pictures that end in this grey are asked.
        ends_grey = tf.reduce_all(tf.equal(pixels[-1, -1], 128))
        whole = tf.cond(
            complete & ended & ends_grey,
            lambda: tf.reduce_all(tf.equal(pixels, pixels_of(tf.gather(behind, restart)))),
            lambda: complete,
        )
        problem = tf.where(whole, "", CUT_SHORT)
        return pixels, tf.where(ended, problem, "has more segments than are read")


def encode_png(pixels):
    """`[H, W, C]` uint8 to the bytes of a PNG file."""
    with tf.device(CPU):
        return tf.io.encode_png(pixels)


def as_rgb(pixels):
    """`[H, W, 1 to 4]` to `[H, W, 3]`, without transparency."""
    with tf.device(CPU):
        grey = tf.shape(pixels)[2] <= 2
        return tf.cond(grey, lambda: tf.concat([pixels[..., :1]] * 3, 2), lambda: pixels[..., :3])


def as_grey(color):
    """`[H, W, 3]` uint8 to the brightness `[H, W, 1]`, rounded as the `Inpainter` does."""
    with tf.device(CPU):
        red, green, blue = tf.unstack(tf.cast(color, tf.float64), num=3, axis=-1)
        grey = red * LUMA[0] + green * LUMA[1] + blue * LUMA[2]
        return tf.cast(tf.round(grey), tf.uint8)[..., None]


def as_hole(pixels, threshold):
    """Pixels of a mask file to `[H, W, 1]` bool, True in the hole.

    Colours count by their brightness. Transparent pixels are no hole. On a transparent layer
    without an opaque ground everything painted is the hole, as in `inference.mask_file`.
    """
    with tf.device(CPU):
        color = as_rgb(pixels)
        white = as_grey(color) >= threshold
        clear = tf.equal(tf.shape(pixels)[2] % 2, 0)
        alpha = tf.where(clear, pixels[..., -1:], tf.constant(255, tf.uint8))
        faint = tf.reduce_max(alpha) < threshold
        visible = alpha >= tf.where(faint, tf.constant(1, tf.uint8), threshold)
        is_layer = tf.reduce_min(alpha) < 255
        strokes = tf.logical_and(is_layer, tf.logical_not(_has_ground(color, visible, white)))
        return tf.logical_and(visible, tf.logical_or(white, strokes))


def _has_ground(color, visible, white):
    """Whether the opaque part of a mask is a black ground with a white hole, not strokes."""
    grey = tf.cast(as_grey(color), tf.int32)
    darkest = tf.reduce_min(tf.where(visible, grey, 255))
    brightest = tf.reduce_max(tf.where(visible, grey, 0))
    both = tf.reduce_any(visible & white) & tf.reduce_any(visible & ~white)
    channels = tf.cast(color, tf.int32)
    spread = tf.reduce_max(channels, -1) - tf.reduce_min(channels, -1)
    spread = tf.reduce_max(tf.where(visible[..., 0], spread, 0))
    opaque = tf.reduce_mean(tf.cast(visible, tf.float32))
    plain = (spread < GREY_SPREAD) & (darkest < BLACK) & (brightest > WHITE)
    return both & ((opaque >= OPAQUE_GROUND) | plain)


def visible(pixels):
    """`[H, W, 1]` bool: pixels that are not wholly transparent; all if there is no transparency."""
    with tf.device(CPU):
        return tf.cond(
            tf.equal(tf.shape(pixels)[2] % 2, 0),
            lambda: pixels[..., -1:] > 0,
            lambda: tf.ones_like(pixels[..., :1], tf.bool),
        )


def in_layout_of(pixels, color):
    """RGB `color` with the channels of `pixels`: grey again, or with its transparency."""
    with tf.device(CPU):
        channels = tf.shape(pixels)[2]
        color = tf.cond(channels <= 2, lambda: as_grey(color), lambda: color)
        return tf.cond(
            tf.equal(channels % 2, 0),
            lambda: tf.concat([color, pixels[..., -1:]], axis=2),
            lambda: color,
        )
