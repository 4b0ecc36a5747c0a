"""The faces of one picture of any type, or a sentence that there is none."""

from inpaint_tf.errors import InputError
from inpaint_tf.inference.arrays import as_pictures
from inpaint_tf.inference.photo_write import to_8_bits


def faces_in(image, name, instead):
    """Finds faces.

    Args:
        image: one picture, as `Inpainter` takes it.
        name: the picture's name in errors.
        instead: a sentence that says what else can be done.

    Returns:
        (list of `faces.find.Face`, at least one, (H, W) of the picture).

    Raises:
        InputError: no face is found, or the extra `faces` is not installed.
    """
    pixels = to_8_bits(as_pictures(image).color[0])
    from inpaint_tf.faces.find import face_finder  # TensorFlow, only for those who ask

    faces = face_finder()(pixels)
    if not faces:
        raise InputError(
            f"no face is found in {name}; expected one that looks at the camera, upright, not in "
            f"the dark. {instead}"
        )
    return faces, pixels.shape[:2]
