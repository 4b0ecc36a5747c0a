"""All faces of a picture, with their landmarks, in pixels of the picture."""

import functools
from typing import NamedTuple

import numpy as np
import tensorflow as tf
from PIL import Image

from inpaint_tf.faces.boxes import from_crop, square_around, square_of_box
from inpaint_tf.faces.crops import crops_of
from inpaint_tf.faces.detector import FaceDetector
from inpaint_tf.faces.mesh import FaceMesh
from inpaint_tf.faces.suppression import suppress

LEAST_LOGIT = 8.0  # of the mesh; real faces have 20 to 50, things that resemble one 0 to 6
ROUNDS = 2  # how often the square follows the landmarks that were read in it
MARGIN = 0.25  # by which the first view is larger than the picture: faces may fill a picture
SMALLEST_VIEW = 96  # pixels; smaller ones would be enlarged
LEVELS = 4
LONGEST_SIDE = 1600  # larger pictures are searched in this size
MOST_FACES = 100
MOST_OVERLAP = 0.5  # fraction of the smaller of two faces' boxes


class Face(NamedTuple):
    """A face.

    points: `[468, 2]` float32 x, y in pixels of the picture.
    logit: how sure the landmark network is that this is a face; 0 is even odds.
    """

    points: np.ndarray
    logit: float

    @property
    def box(self):
        """Top, left, height, width of the landmarks' box."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        return np.array([*low[::-1], *(high - low)[::-1]])


class FaceFinder:
    """Finds faces: the detector sees the whole picture, then smaller and smaller squares of it.

    Args:
        detector: a `FaceDetector`.
        mesh: a `FaceMesh`, which also rejects things that only resemble a face.
    """

    def __init__(self, detector=None, mesh=None):
        self.detector = detector or FaceDetector()
        self.mesh = mesh or FaceMesh()
        # Compiled: some hundred small operations.
        crops = tf.TensorSpec([None, *self.mesh.size, 3], tf.float32)
        self._landmarks = tf.function(self.mesh, input_signature=[crops])

    def __call__(self, pixels, levels=LEVELS):
        """Finds the faces of a picture.

        Args:
            pixels: `[H, W, 3]` uint8 RGB.
            levels: how many sizes of squares are searched, each half the last; 1 is for
                portraits, 4 finds faces of a tenth of the picture.

        Returns:
            A list of `Face`, from left to right.
        """
        seen = _reduced(pixels)
        scale = np.divide(pixels.shape[:2], seen.shape[:2])[::-1].astype(np.float32)  # x, y
        image = tf.convert_to_tensor(seen.astype(np.float32) / 255)
        boxes, scores = self.detector(image, views(seen.shape[:2], levels))
        boxes, _ = suppress(boxes, scores)
        if not len(boxes):
            return []
        faces = _distinct(self._read(image, square_of_box(boxes[:MOST_FACES])))
        faces = [face._replace(points=face.points * scale) for face in faces]
        return sorted(faces, key=lambda face: face.box[1] + face.box[3] / 2)

    def _read(self, image, squares):
        for _ in range(1 + ROUNDS):
            points, logits = self._landmarks(crops_of(image, squares, self.mesh.size))
            points = from_crop(points.numpy(), squares, self.mesh.size)
            squares = square_around(points)
        return [
            Face(own.astype(np.float32), float(logit))
            for own, logit in zip(points, logits.numpy())
            if logit > LEAST_LOGIT
        ]


@functools.lru_cache(maxsize=1)
def face_finder():
    """The `FaceFinder` of MediaPipe's networks, read and compiled once."""
    return FaceFinder()


def views(size, levels=LEVELS):
    """Squares to search: the picture with a margin, then halves that overlap by half, and so on.

    Args:
        size: (H, W) of the picture.
        levels: int, from 1.

    Returns:
        `[V, 4]` float32 top, left, height, width.
    """
    longest, shortest = max(size), min(size)
    middle = [side / 2 for side in size]
    side = longest * (1 + 2 * MARGIN)
    found = [[middle[0] - side / 2, middle[1] - side / 2, side, side]]
    if longest > shortest:
        found += _grid(size, shortest)
    for level in range(1, levels):
        side = shortest / 2 ** (level - 1)
        if level > 1 or longest == shortest:
            found += _grid(size, side) if side >= SMALLEST_VIEW else []
    return np.array(found, np.float32)


def _grid(size, side):
    """Squares of one side over the whole picture, each overlapping the next by half or more."""
    starts = []
    for length in size:
        count = 1 + int(np.ceil(max(length - side, 0) / (side / 2)))
        starts.append(np.linspace(0, max(length - side, 0), count))
    return [[top, left, side, side] for top in starts[0] for left in starts[1]]


def _distinct(faces):
    """The faces without duplicates and parts of others: the surest of each stays."""
    kept = []
    for face in sorted(faces, key=lambda face: -face.logit):
        if not any(_overlap(face.box, other.box) > MOST_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(box, other):
    """The fraction of the smaller of two boxes that lies in the other."""
    low = np.maximum(box[:2], other[:2])
    high = np.minimum(box[:2] + box[2:], other[:2] + other[2:])
    smaller = min(np.prod(box[2:]), np.prod(other[2:]))
    return np.prod(np.maximum(high - low, 0)) / max(smaller, 1e-6)


def _reduced(pixels):
    factor = LONGEST_SIDE / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    size = [max(1, round(side * factor)) for side in pixels.shape[1::-1]]
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
