"""The distance of completed faces from real ones: both cropped alike, through one network."""

import tensorflow as tf

from inpaint_tf.losses.landmark import landmark_l1, mean_of_present
from inpaint_tf.ops.resize import crop_resize


class LandmarkDistance:
    """A function of (image, completed, square) that gives the loss and how much was left out.

    Args:
        network: landmarks of crops, with `size` and `eyes`, see `mesh.FaceMesh`.
        least_logit: real faces of which the network is less sure than this are left out.
    """

    def __init__(self, network, least_logit):
        self.network = network
        self.least_logit = least_logit

    def __call__(self, image, completed, square):
        """Compares.

        Args:
            image, completed: `[B, H, W, 3]` in [-1, 1].
            square: `[B, 4]` float32 around each real face, see `boxes.square_around`; a side of 0
                means that there is no face.

        Returns:
            (scalar loss, scalar fraction of the batch that was left out). The gradient reaches
            `completed` alone.
        """
        found = square[:, 2] > 0
        whole = tf.constant([0, 0, 1, 1], tf.float32) * tf.cast(tf.shape(image)[1], tf.float32)
        square = tf.where(found[:, tf.newaxis], square, whole)
        real, logit = self.network(self._crops(image, square))
        real, logit = tf.stop_gradient(real), tf.stop_gradient(logit)
        made, _ = self.network(self._crops(completed, square))
        present = found & (logit >= self.least_logit)
        loss = mean_of_present(landmark_l1(real, made, self.network.eyes), present)
        return loss, 1.0 - tf.reduce_mean(tf.cast(present, tf.float32))

    def _crops(self, image, square):
        image = tf.cast(image, tf.float32)  # so are the frozen weights, even in mixed precision
        return (crop_resize(image, square, self.network.size) + 1.0) / 2.0
