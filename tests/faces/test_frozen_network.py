"""Networks of .tflite files as TensorFlow operations."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.faces import model_files
from inpaint_tf.faces.frozen_network import FrozenNetwork
from inpaint_tf.faces.model_files import DETECTOR, MESH, model_file


@pytest.mark.usefixtures("mesh")
@pytest.mark.parametrize("name, low, tolerance", [(MESH, 0, 1e-4), (DETECTOR, -1, 4e-4)])
def test_agrees_with_the_interpreter(face_crop, name, low, tolerance):
    # The detector's numbers go up to 240, where float32 is exact to 1.5e-5.
    path = model_file(name)
    network = FrozenNetwork(path)
    start = (192 - network.size[0]) // 2
    piece = face_crop[start : 192 - start, start : 192 - start] * (1 - low) + low
    batch = np.stack([piece, piece[::-1]]).astype(np.float32)  # upright and upside down
    interpreter = tf.lite.Interpreter(path)
    interpreter.allocate_tensors()
    got = network(batch)
    for item in (0, 1):
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], batch[item : item + 1])
        interpreter.invoke()
        for output, detail in zip(got, interpreter.get_output_details()):
            want = interpreter.get_tensor(detail["index"])[0]
            assert np.abs(want).max() > 1
            np.testing.assert_allclose(output[item], want, atol=tolerance)


def test_gradient_agrees_with_finite_differences(mesh, face_crop):
    mixed = np.random.default_rng(2).normal(size=[468, 2]).astype(np.float32)
    image = tf.constant(face_crop[np.newaxis])

    def value(x):
        return tf.reduce_mean(mesh(x)[0] * mixed)

    with tf.GradientTape() as tape:
        tape.watch(image)
        loss = value(image)
    gradient = tape.gradient(loss, image).numpy()
    assert (np.abs(gradient).sum(axis=-1) > 0).mean() > 0.99  # reaches the pixels
    length = np.linalg.norm(gradient)
    step = 0.01 * gradient / length  # of all pixels together
    slope = (value(image + step) - value(image - step)) / 0.02
    # Kinks of the activations lie between the two points.
    np.testing.assert_allclose(length, slope, rtol=0.03)


def test_has_no_variables_and_any_batch(mesh, face_crop):
    batch = np.stack([face_crop, face_crop[:, ::-1], face_crop])
    compiled = tf.function(
        mesh, input_signature=[tf.TensorSpec([None, 192, 192, 3], tf.float32)]
    ).get_concrete_function()
    assert not compiled.variables
    together = compiled(tf.constant(batch))[0]
    alone = tf.concat([mesh(item[np.newaxis])[0] for item in batch], axis=0)
    np.testing.assert_allclose(together, alone, atol=1e-3)
    assert np.abs(together[0] - together[1]).max() > 1


@pytest.mark.parametrize("damage", ["missing", "text", "cut"])
def test_files_that_are_none_are_named(tmp_path, damage, request):
    path = tmp_path / "network.tflite"
    if damage == "text":
        path.write_text("this is no network at all")
    elif damage == "cut":
        request.getfixturevalue("mesh")
        with open(model_file(MESH), "rb") as file:
            path.write_bytes(file.read(5000))
    with pytest.raises(InputError, match=str(path)):
        FrozenNetwork(path)


def test_missing_package_is_a_sentence_that_says_how_to_install(monkeypatch):
    monkeypatch.setattr(model_files, "PACKAGE", "no_such_package_fdlite")
    with pytest.raises(InputError, match=r"not installed; pip install 'inpaint_tf\[faces\]'"):
        model_file(MESH)
