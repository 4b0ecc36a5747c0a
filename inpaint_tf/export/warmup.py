"""Requests that a server runs before it answers its first client.

The first call of a size is slow: kernels are chosen, memory is taken.
"""

import os

import numpy as np
import tensorflow as tf

from inpaint_tf.export.messages import predict_request, prediction_log, tensor, uniform_tensor

WARMUP_FILE = os.path.join("assets.extra", "tf_serving_warmup_requests")  # where TF Serving looks
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
    path = os.path.join(directory, WARMUP_FILE)
    os.makedirs(os.path.dirname(path))
    with tf.io.TFRecordWriter(path) as writer:
        for size in sizes:
            for signature, is_encoded in signatures.items():
                inputs = _encoded(size) if is_encoded else _plain(size)
                writer.write(prediction_log(predict_request(model, signature, inputs)))


def _plain(size):
    return {
        "image": uniform_tensor(GREY, [1, *size, 3]),
        "mask": tensor(_half_hole(size)[None]),
    }


def _encoded(size):
    def png(pixels):
        return tensor([tf.io.encode_png(pixels).numpy()])

    grey = np.full([*size, 3], GREY, np.uint8)
    return {"image_bytes": png(grey), "mask_bytes": png(_half_hole(size))}


def _half_hole(size):
    """`[H, W, 1]` uint8: a hole of all columns and half of the rows, so that something is known.

    For it the network computes nearly the whole picture, and detail is borrowed, too.
    """
    mask = np.zeros([*size, 1], np.uint8)
    mask[: -(-size[0] // 2)] = HOLE
    return mask
