"""How far the landmarks of completed faces are from those of the real ones, for tables."""

import numpy as np
import tensorflow as tf

from inpaint_tf.faces.boxes import square_around
from inpaint_tf.faces.landmarks68 import CONTEXT
from inpaint_tf.ops.resize import crop_resize


def landmark_error(network, image, completed, points):
    """The normalised mean error: mean distance of landmarks over that of the outer eye corners.

    Args:
        network: landmarks of crops, such as `faces.landmarks68.Landmarks68`; not the network of a
            loss.
        image, completed: `[H, W, 3]` uint8, the real face and the completed one.
        points: `[P, 2]` x, y of the real face in the picture, by any network, to locate it.

    Returns:
        float, in percent.
    """
    square = tf.constant(np.stack([square_around(points, CONTEXT)] * 2))
    pair = tf.constant(np.stack([image, completed]), tf.float32) / 255.0
    found = network(crop_resize(pair, square, network.size))[0].numpy()
    unit = np.linalg.norm(found[0, network.eyes[0]] - found[0, network.eyes[1]])
    return 100 * float(np.linalg.norm(found[0] - found[1], axis=-1).mean() / max(unit, 1e-3))
