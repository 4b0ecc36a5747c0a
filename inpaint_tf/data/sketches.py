"""Sketches of training pictures: files with their names, or lines made from pictures or faces."""

import os

import numpy as np

from inpaint_tf.data.decode import read_picture, reduce_picture, upright_size
from inpaint_tf.edges.makers import QUICK_MAKERS
from inpaint_tf.errors import InputError
from inpaint_tf.faces.landmark_lines import landmark_lines
from inpaint_tf.inference.face_sketch import LANDMARKS

ENDING = "_edge"  # NAME_edge.png is the sketch of NAME.jpg
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
BESIDE = "beside"
THRESHOLD = 0.6  # of white; what is brighter is a line


def is_sketch(path):
    """Whether a file's name is that of a sketch."""
    return os.path.splitext(path)[0].endswith(ENDING)


def without_sketches(paths):
    """The pictures that are not sketches of others."""
    stems = {os.path.splitext(path)[0] for path in paths}
    return [
        path
        for path in paths
        if not (is_sketch(path) and os.path.splitext(path)[0][: -len(ENDING)] in stems)
    ]


def sketch_path(picture, folder=None):
    """The file with the sketch of a picture, beside it or in a folder.

    Raises:
        InputError: there is none.
    """
    directory = folder or os.path.dirname(picture)
    stem = os.path.splitext(os.path.basename(picture))[0] + ENDING
    for suffix in SUFFIXES:
        path = os.path.join(directory, stem + suffix)
        if os.path.isfile(path):
            return path
    raise InputError(
        f"{picture} has no sketch; expected {stem}.png or .jpg in {directory or '.'}, as "
        "python -m inpaint_tf.edges writes them."
    )


class SketchSource:
    """The source of the sketches of training pictures.

    Args:
        name: "beside", a key of `edges.makers.QUICK_MAKERS` such as "canny", "landmarks", or a
            folder.

    Call arguments:
        path: of the picture.
        pixels: `[H, W, 3]` uint8, its crop for training.
        read: function of a path that takes the same crop of a file.
        points: `[P, 2]` x, y of the face's landmarks in the crop, or None if no face is known.

    Returns:
        `[H, W, 1]` uint8, 1 on lines; no lines if landmarks are wanted and no face is known.

    Raises:
        InputError: there is no such sketch, or it has another size.
    """

    def __init__(self, name):
        self.make = QUICK_MAKERS.get(name)
        self.of_face = name == LANDMARKS
        self.folder = None if name in (BESIDE, LANDMARKS) or self.make else name
        if self.folder and not os.path.isdir(self.folder):
            known = ", ".join([BESIDE, *QUICK_MAKERS, LANDMARKS])
            raise InputError(
                f"config.data.sketches is {name!r}; expected {known}, or a folder of sketches."
            )

    def __call__(self, path, pixels, read, points=None):
        if self.of_face:
            size = pixels.shape[:2]
            lines = np.zeros(size) if points is None else landmark_lines(points, size)
            return lines.astype(np.uint8)[..., np.newaxis]
        if self.make is not None:
            return self.make(np.ascontiguousarray(pixels)).astype(np.uint8)[..., np.newaxis]
        file = sketch_path(path, self.folder)
        require_same_size(file, path)
        return (read(file)[..., :1] > THRESHOLD * 255).astype(np.uint8)


def piece_reader(resize, crop_size, crop, zoom, size):
    """A function of a path that takes a crop as `read_picture` does, and reduces it to `size`."""
    return lambda path: reduce_picture(read_picture(path, resize, crop_size, crop, zoom), size)


def require_same_size(sketch, picture):
    """Raises `InputError` unless two files have the same height and width."""
    (height, width), (picture_height, picture_width) = upright_size(sketch), upright_size(picture)
    if (height, width) != (picture_height, picture_width):
        raise InputError(
            f"{sketch} is {width}x{height}, its picture {picture_width}x{picture_height}; expected "
            "a sketch of the picture's size."
        )
