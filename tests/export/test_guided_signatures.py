"""Guided networks: the four signatures, and each with a sketch."""

import numpy as np
import pytest
import tensorflow as tf
from seeded import seed_weights

from inpaint_tf import Inpainter, create_model
from inpaint_tf.export.guided import GuidedInpaintingModule
from inpaint_tf.export.guided_check import guided_differences
from inpaint_tf.export.self_check import Case
from inpaint_tf.inference.compiled import CompiledGenerator

pytestmark = pytest.mark.slow
HEIGHT, WIDTH = 64, 88


def network():
    """The same at every call."""
    seed_weights(3)
    return create_model("deepfill_v2", width=4, guided=True)


@pytest.fixture(scope="module")
def inpainter():
    return Inpainter(CompiledGenerator(network()))


@pytest.fixture(scope="module")
def signatures(tmp_path_factory):
    module = GuidedInpaintingModule(network())
    directory = str(tmp_path_factory.mktemp("guided"))
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, directory, module.signatures(), options)
    return tf.saved_model.load(directory).signatures


def scene():
    image = np.random.default_rng(2).integers(0, 256, [HEIGHT, WIDTH, 3]).astype(np.uint8)
    mask = np.zeros([HEIGHT, WIDTH], np.uint8)
    mask[9:40, 20:70] = 255
    return image, mask


def test_there_are_four_and_four_with_sketches(signatures):
    names = {"serving_default", "encoded", "explain", "features"}
    guided = {"pixels_guided", "encoded_guided", "explain_guided", "features_guided"}
    assert set(signatures) == names | guided


def test_sketches_through_every_signature(signatures, inpainter):
    image, mask = scene()
    case = Case(image, mask, inpainter.stages(image, mask), inpainter(image, mask))
    differences = guided_differences(signatures, case, inpainter)
    assert set(differences) == {
        "pixels_guided", "encoded_guided", "explain_guided", "features_guided"
    }  # fmt: skip
    assert max(differences.values()) == 0


def test_a_sketch_of_another_size_is_told_for_its_item(signatures):
    image, mask = (tf.io.encode_png(x).numpy() for x in (scene()[0], scene()[1][..., None]))
    small = tf.io.encode_png(np.zeros([8, 9, 1], np.uint8)).numpy()
    answer = signatures["encoded_guided"](
        image_bytes=tf.constant([image] * 3),
        mask_bytes=tf.constant([mask] * 3),
        sketch_bytes=tf.constant([b"", small, b"nothing"]),
    )
    errors = [error.decode() for error in answer["error_bytes"].numpy()]
    assert errors[0] == ""
    assert errors[1] == (
        "Item 1: sketch_bytes has 8 rows and 9 columns, image_bytes 64 rows and 88 columns."
    )
    assert errors[2].startswith("Item 2: sketch_bytes is not a PNG or JPEG")
