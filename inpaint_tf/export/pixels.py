"""Pictures of any size through a generator, within one graph."""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops.image import to_uint8
from inpaint_tf.ops.padding import extend, padded_size

THRESHOLD = 128  # from here on a pixel of a mask is hole


def run_any_size(model, image, hole):
    """Pads, runs and crops, as the `Inpainter` does.

    Args:
        model: a generator; how large its inputs must be is asked of it.
        image: `[B, H, W, 3]` uint8.
        hole: `[B, H, W, 1]` bool, one per item.

    Returns:
        `Inpainting` with stages of the image's size; `offsets` are those of the padded picture.
    """
    output = model(*_padded(model, image, hole), training=False)
    return output._replace(stages=tuple(_cropped(stage, image) for stage in output.stages))


def predict_any_size(model, image, hole):
    """The network's prediction alone, `[B, H, W, 3]` in [-1, 1]; only the hole's pixels count.

    Args:
        model, image, hole: as of `run_any_size`.
    """
    return _cropped(model.complete(*_padded(model, image, hole)), image)


def _padded(model, image, hole):
    """Image and mask as the network takes them."""
    shape = tf.shape(image)
    size = [
        padded_size(side, model.size_multiple, model.smallest_size) for side in (shape[1], shape[2])
    ]
    mask = extend(tf.cast(hole, tf.float32), *size)
    return extend(to_float(image), *size), mask


def _cropped(picture, image):
    shape = tf.shape(image)
    return picture[:, : shape[1], : shape[2]]


def completed(prediction, image, hole):
    """The completed picture in uint8: known pixels are the same bits as before."""
    return tf.where(hole, to_uint8(prediction), image)


def to_float(image):
    """`ops.image.to_float` of uint8, looked up in a table.

    The division of that function is turned into a product when a graph is optimized, and the
    last bit of the result would depend on where the graph runs.
    """
    levels = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1)
    return tf.gather(tf.constant(levels), tf.cast(image, tf.int32))


def require_same_size(image, mask):
    """Fails, with a sentence, where a mask would be stretched or broadcast without a word.

    Returns:
        (image, mask), to be used instead: what uses them waits for the check, and cannot fail
        before it with a sentence of its own.
    """
    check = tf.debugging.assert_equal(
        tf.shape(image)[:3],
        tf.shape(mask)[:3],
        "image and mask must have the same batch, height and width",
    )
    with tf.control_dependencies([check]):
        return tf.identity(image), tf.identity(mask)
