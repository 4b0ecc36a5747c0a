"""A sketch of every face in a picture, for networks guided by one."""

import numpy as np

from inpaint_tf.faces.landmark_lines import landmark_lines
from inpaint_tf.inference.faces_in import faces_in

LANDMARKS = "landmarks"  # the word that stands for it instead of a file name


def face_sketch(image, name="the picture"):
    """Draws the landmarks of every face, joined by lines.

    Args:
        image: one picture, as `Inpainter` takes it.
        name: the picture's name in errors.

    Returns:
        `[H, W]` bool, True on lines: outline, brows, eyes, nose and lips.

    Raises:
        InputError: no face is found, or the extra `faces` is not installed.

    Example:

        completed = inpainter(image, hole, sketch=inpaint_tf.face_sketch(image))
    """
    faces, size = faces_in(image, name, "A drawing in a file is the sketch of others.")
    return np.any([landmark_lines(face.points, size) > 0 for face in faces], axis=0)
