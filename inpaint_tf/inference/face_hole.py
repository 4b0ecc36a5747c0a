"""The hole over a part of every face in a picture, so that no mask has to be drawn."""

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.faces_in import faces_in
from inpaint_tf.masks.face_region import REGIONS, face_region_hole


def face_hole(image, region="lower_face", name="the picture"):
    """Marks a part of every face.

    Args:
        image: one picture, as `Inpainter` takes it.
        region: "lower_face", "eyes", "mouth" or "glasses".
        name: the picture's name in errors.

    Returns:
        `[H, W]` bool, True in the hole.

    Raises:
        InputError: there is no such region, no face is found, or the extra `faces` is not
            installed.

    Example:

        completed = inpainter(image, inpaint_tf.face_hole(image, "mouth"))
    """
    return mark_faces(image, region, name)[0]


def mark_faces(image, region, name):
    """As `face_hole`, and how many faces there are."""
    if region not in REGIONS:
        raise InputError(
            f"{region!r} is not a part of a face; expected one of {', '.join(REGIONS)}."
        )
    faces, size = faces_in(image, name, "A mask or a box marks the hole of others.")
    hole = np.zeros(size, bool)
    for face in faces:
        hole |= face_region_hole(face.points, region, hole.shape)
    return hole, len(faces)
