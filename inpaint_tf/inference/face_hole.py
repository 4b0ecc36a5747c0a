"""The hole over a part of every face of a picture: no mask has to be drawn."""

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.inference.arrays import as_pictures
from inpaint_tf.inference.photo_write import to_8_bits
from inpaint_tf.masks.face_region import REGIONS, face_region_hole


def face_hole(image, region="lower_face", name="the picture"):
    """Marks a part of every face.

    Args:
        image: one picture, as `Inpainter` takes it.
        region: "lower_face", "eyes", "mouth" or "glasses".
        name: what errors call the picture.

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
        raise InputError(f"{region!r} is no part of a face; expected one of {', '.join(REGIONS)}.")
    pixels = to_8_bits(as_pictures(image).color[0])
    from inpaint_tf.faces.find import face_finder  # TensorFlow, only for those who ask

    faces = face_finder()(pixels)
    if not faces:
        raise InputError(
            f"no face is found in {name}; expected one that looks at the camera, upright, not in "
            "the dark. A mask or a box marks the hole of others."
        )
    hole = np.zeros(pixels.shape[:2], bool)
    for face in faces:
        hole |= face_region_hole(face.points, region, hole.shape)
    return hole, len(faces)
