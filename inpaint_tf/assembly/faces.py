"""Faces of the training pictures: found once, if the configuration needs them."""

import dataclasses
import os

import numpy as np

from inpaint_tf.amount import amount
from inpaint_tf.assembly.pictures import training_pictures
from inpaint_tf.config.check import require
from inpaint_tf.data.decode import whole_picture
from inpaint_tf.data.face_index import FaceIndex, FaceRecord
from inpaint_tf.errors import InputError
from inpaint_tf.faces.find import LEAST_LOGIT, face_finder
from inpaint_tf.faces.landmark_distance import LandmarkDistance
from inpaint_tf.faces.landmark_networks import MESH_NAME, landmark_network
from inpaint_tf.faces.mesh import OUTER_EYE_CORNERS
from inpaint_tf.inference.face_sketch import LANDMARKS
from inpaint_tf.masks.face_region import hull_hole
from inpaint_tf.models.deepfill_v1 import require_fill

FACES = "faces.npz"  # in the run directory
SAVE_EVERY = 500  # pictures
ZERO, MEAN = "zero", "mean"  # words for network.fill


def with_faces(config, directory, keeps=True, tell=lambda sentence: None):
    """Finds faces if the configuration needs them.

    Args:
        config: `Config`, whose network may have the fill "zero" or "mean".
        directory: the run directory, where the faces are kept.
        keeps: whether this process writes.
        tell: function of a sentence.

    Returns:
        (`Config` with the fill as a colour or None, `FaceIndex` or None).

    Raises:
        InputError: no picture shows a face, or the extra `faces` is not installed.
    """
    fill = config.network.options.get("fill")
    asked = fill == MEAN or _asks_for_landmarks(config)
    index = _index_of(config.data.train, directory, keeps, tell) if asked else None
    if fill == MEAN:
        fill = index.mean_color(training_pictures(config.data.train))
        tell(f"faces: the mean colour {fill} fills the holes")
    if "fill" in config.network.options:
        config = _with_fill(config, fill)
    return config, index if _asks_for_landmarks(config) else None


def points_in(pictures):
    """Landmarks of the largest face of each picture.

    Args:
        pictures: `[B, H, W, 3]` uint8.

    Returns:
        A list of `[468, 2]` float32 x, y in pixels, or None if no face is found.
    """
    find = face_finder()
    return [_largest_face(find, picture) for picture in pictures]


def landmark_distance(config):
    """The frozen network that `landmark_l1` uses."""
    options = config.losses.options.get("landmark_l1", {})
    eyes = options.get("eyes", OUTER_EYE_CORNERS)
    network = landmark_network(options.get("network", MESH_NAME), eyes)
    return LandmarkDistance(network, LEAST_LOGIT)


def _asks_for_landmarks(config):
    weight = config.losses.weights.get("landmark_l1", 0.0)
    of_faces = config.masks.name == "face_region" or config.data.sketches == LANDMARKS
    return of_faces or weight > 0


def _with_fill(config, fill):
    fill = None if fill == ZERO else fill
    try:
        require_fill(fill)
    except ValueError:
        require(False, "network.options.fill", fill, "zero, mean or [red, green, blue] of 0 to 255")
    options = {**config.network.options, "fill": fill}
    return dataclasses.replace(config, network=dataclasses.replace(config.network, options=options))


def _index_of(train, directory, keeps, tell):
    paths = training_pictures(train)
    kept = os.path.join(directory, FACES)
    index = FaceIndex.load(kept)
    new = [path for path in paths if index(path) is None]
    if new:
        find = face_finder()
        pictures = amount(len(new), "picture", "pictures")
        tell(f"faces: looking for them in {pictures}; that is done once")
    for number, path in enumerate(new, 1):
        index.add(path, _record(find, path))
        if keeps and (number % SAVE_EVERY == 0 or number == len(new)):
            index.save(kept)
    found = len(index.found(paths))
    if not found:
        raise InputError(
            f"config.data.train {train!r}: no face is found in its {len(paths)} pictures; expected "
            "pictures of people who look at the camera."
        )
    tell(f"faces: found in {found} of {len(paths)} pictures")
    return index


def _record(find, path):
    try:
        pixels = whole_picture(path)
    except InputError:
        return FaceRecord(None)  # the loader says what is wrong with it
    size = pixels.shape[:2]
    points = _largest_face(find, pixels)
    if points is None:
        return FaceRecord(None, size)
    inside = hull_hole(points, size)
    color = pixels[inside].mean(axis=0) if inside.any() else pixels.mean(axis=(0, 1))
    relative = points / np.array(size[::-1], np.float32)
    return FaceRecord(relative.astype(np.float32), size, tuple(float(n) for n in color))


def _largest_face(find, pixels):
    faces = find(pixels, 1) or find(pixels)
    if not faces:
        return None
    return max(faces, key=lambda face: face.box[2] * face.box[3]).points
