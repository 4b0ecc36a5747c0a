"""Requests that a server runs before it answers its first stranger.

The first call of a size is slow: kernels are chosen, memory is taken.
"""

import os

import tensorflow as tf

from inpaint_tf.export.messages import predict_request, prediction_log, tensor, uniform_tensor

PLACE = os.path.join("assets.extra", "tf_serving_warmup_requests")  # where TF Serving looks
GREY, HOLE = 128, 255


def write_warmup(directory, model, sizes, signatures):
    """Writes the warm-up file of a version.

    Args:
        directory: of the version.
        model: the model's name.
        sizes: (height, width) tuples; without any no file is written.
        signatures: dict of signature name -> whether it takes encoded pictures.
    """
    if not sizes:
        return
    path = os.path.join(directory, PLACE)
    os.makedirs(os.path.dirname(path))
    with tf.io.TFRecordWriter(path) as writer:
        for size in sizes:
            for signature, is_encoded in signatures.items():
                inputs = _encoded(size) if is_encoded else _plain(size)
                writer.write(prediction_log(predict_request(model, signature, inputs)))


def _plain(size):
    """A grey picture that is all hole, the most that can be asked for."""
    return {
        "image": uniform_tensor(GREY, [1, *size, 3]),
        "mask": uniform_tensor(HOLE, [1, *size, 1]),
    }


def _encoded(size):
    def png(value, channels):
        pixels = tf.fill([*size, channels], tf.constant(value, tf.uint8))
        return tensor([tf.io.encode_png(pixels).numpy()])

    return {"image_bytes": png(GREY, 3), "mask_bytes": png(HOLE, 1)}
