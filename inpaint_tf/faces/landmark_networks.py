"""Landmark networks: MediaPipe's mesh, a SavedModel, or any function of pictures."""

import os

import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.faces.mesh import OUTER_EYE_CORNERS, FaceMesh

MESH_NAME = "mesh"
SURE = 1e9  # the logit if a network gives no score: nothing is left out because of it


class LandmarkNetwork:
    """Landmarks from any differentiable function, with the interface of `mesh.FaceMesh`.

    Args:
        function: of `[B, h, w, 3]` float32 in [0, 1] to `[B, P, 2]` (or more than 2, of which the
            first two are x and y), or `[B, 2 * P]`, in pixels of the crop.
        size: (h, w) of the crops.
        eyes: pair of ints, which points are the outer eye corners.
    """

    def __init__(self, function, size=(192, 192), eyes=OUTER_EYE_CORNERS):
        self.function = function
        self.size = tuple(size)
        self.eyes = tuple(eyes)

    def __call__(self, crops):
        points = tf.cast(self.function(crops), tf.float32)
        if points.shape.rank == 2:
            points = tf.reshape(points, [-1, points.shape[1] // 2, 2])
        points = points[..., :2]
        return points, tf.fill([tf.shape(points)[0]], SURE)


def landmark_network(source=MESH_NAME, eyes=OUTER_EYE_CORNERS):
    """A landmark network from its name, its file or a function.

    Args:
        source: "mesh", the directory of a SavedModel (its serving_default takes pictures as
            `LandmarkNetwork`'s function does, of one known size), or such a function.
        eyes: as in `LandmarkNetwork`.

    Raises:
        InputError: there is no such SavedModel, or it has another signature.
    """
    if callable(source):
        return LandmarkNetwork(source, eyes=eyes)
    if source == MESH_NAME:
        return FaceMesh()
    if not os.path.isfile(os.path.join(source, "saved_model.pb")):
        raise InputError(
            f"the landmark network {source!r} is not a SavedModel; expected {MESH_NAME!r} or a "
            "directory with saved_model.pb."
        )
    model = tf.saved_model.load(source)
    run = model.signatures.get("serving_default")
    given = [] if run is None else list(run.structured_input_signature[1].items())
    size = given[0][1].shape[1:3] if len(given) == 1 and given[0][1].shape.rank == 4 else None
    if size is None or not size.is_fully_defined() or len(run.structured_outputs) != 1:
        raise InputError(
            f"the landmark network {source!r} has another signature; expected a serving_default "
            "of one input [B, height, width, 3], of known size, and one output."
        )
    name = given[0][0]

    def function(crops):
        return next(iter(run(**{name: crops}).values()))

    network = LandmarkNetwork(function, size.as_list(), eyes)
    network.model = model  # whose variables must stay alive
    return network
