"""More channels for a trained network."""

import numpy as np
import pytest
import tensorflow as tf
from small_network import inputs, small_model
from small_networks import lively

import inpaint_tf
from inpaint_tf import convert
from inpaint_tf.errors import InputError
from inpaint_tf.weights import widen as widening
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.safetensors import save_model
from inpaint_tf.weights.variables import assign_arrays
from inpaint_tf.weights.widen import widen


@pytest.fixture(params=[True, False], ids=["attention", "baseline"])
def narrow(request, tmp_path):
    """A file of weights of width 4, biases and all different from zero."""
    model = small_model(attention=request.param)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(np.asarray(weight) + rng.normal(0, 0.02, weight.shape))
    path = tmp_path / "narrow.safetensors"
    save_model(path, model, provenance={"steps": 7})
    return path


@pytest.fixture
def narrow_v2(tmp_path):
    """The same of DeepFill v2, of width 8."""
    path = tmp_path / "narrow.safetensors"
    save_model(path, lively("deepfill_v2"), provenance={"steps": 7})
    return path


def completed(path):
    image, mask = inputs()
    return np.asarray(load_model(path)(image, mask).refined)


def test_computes_what_the_narrow_network_does(narrow, tmp_path):
    wide = tmp_path / "wide.safetensors"
    assert convert.main([str(narrow), str(wide), "--width=10"]) == 0
    weights = read_weights(wide)
    assert weights.options["width"] == 10
    assert weights.provenance == {"steps": 7, "widened": "from 4 to 10, seed 0"}
    before = completed(narrow)
    assert before.std() > 0.01
    # The attention compares the new channels too, which therefore start small.
    difference = np.abs(completed(wide) - before)
    assert difference.max() < 0.05 * before.std()
    assert difference.mean() < 0.002 * before.std()


def test_but_for_the_attention_exactly(narrow, tmp_path, monkeypatch):
    monkeypatch.setattr(widening, "_COMPARED_SCALE", 0.0)
    wide = tmp_path / "wide.safetensors"
    assert convert.main([str(narrow), str(wide), "--width=6"]) == 0
    np.testing.assert_allclose(completed(wide), completed(narrow), rtol=0, atol=2e-6)


def test_new_channels_are_alive_and_old_ones_do_not_listen(narrow):
    old, new = read_weights(narrow), widen(read_weights(narrow), 6)
    before = old.arrays["inpaint_net/conv3/kernel"]  # 8 to 8 channels, then 12 to 12
    after = new.arrays["inpaint_net/conv3/kernel"]
    np.testing.assert_array_equal(after[:, :, :8, :8], before)
    np.testing.assert_array_equal(after[:, :, 8:, :8], 0)
    assert np.all(after[:, :, :, 8:] != 0)
    limit = np.sqrt(6 / (9 * 24))
    assert 0.9 * limit < np.abs(after[:, :, :, 8:]).max() <= limit
    other = widen(read_weights(narrow), 6, seed=1).arrays["inpaint_net/conv3/kernel"]
    assert np.all(other[:, :, :, 8:] != after[:, :, :, 8:])


def test_new_channels_begin_as_in_a_fresh_network(narrow):
    """By Glorot and Bengio: inputs, outputs and area count."""
    new = widen(read_weights(narrow), 10).arrays
    name, inputs, outputs, old = "inpaint_net/conv2_downsample/kernel", 10, 20, 8
    before = read_weights(narrow).arrays[name]
    np.testing.assert_array_equal(new[name][:, :, :4, :old], before)
    np.testing.assert_array_equal(new[name][:, :, 4:, :old], 0)
    kernel = new[name][..., old:]
    assert new[name].shape == (3, 3, inputs, outputs)
    limit = np.sqrt(6 / (9 * (inputs + outputs)))
    assert 0.98 * limit < np.abs(kernel).max() <= limit
    assert np.abs(kernel.mean()) < 0.1 * limit
    assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.05)


def test_critics_and_the_given_weights_are_kept(narrow):
    weights = read_weights(narrow)
    critic = {"discriminator/conv1/kernel": np.full([5, 5, 3, 4], 2.0, np.float32)}
    weights = weights._replace(arrays={**weights.arrays, **critic}, ignored={"x": 3}, detail=True)
    before = {name: array.copy() for name, array in weights.arrays.items()}
    wide, again = widen(weights, 6), widen(weights, 6, seed=0)
    assert wide.provenance["widened"] == "from 4 to 6, seed 0"
    assert wide[4:] == weights[4:] and weights.options["width"] == 4
    for name, array in again.arrays.items():
        np.testing.assert_array_equal(wide.arrays[name], array)
        np.testing.assert_array_equal(weights.arrays[name], before[name])
    np.testing.assert_array_equal(wide.arrays[next(iter(critic))], 2)


def test_new_channels_that_attention_compares_are_a_tenth(tmp_path):
    path = tmp_path / "narrow.safetensors"
    save_model(path, small_model())
    wide = widen(read_weights(path), 6).arrays
    for name, share in (("pmconv5", 1), ("pmconv6", 0.1), ("pmconv9", 1)):
        kernel = wide[f"inpaint_net/{name}/kernel"]
        assert kernel.shape == (3, 3, 24, 24)
        limit = share * np.sqrt(6 / (9 * 48))
        assert 0.98 * limit < np.abs(kernel[..., 16:]).max() <= limit * 1.0001


@pytest.mark.parametrize("scale, atol", [(0.0, 1e-5), (0.1, 0.05)])
def test_gated_networks_compute_what_they_did(narrow_v2, tmp_path, monkeypatch, scale, atol):
    monkeypatch.setattr(widening, "_COMPARED_SCALE", scale)
    wide = tmp_path / "wide.safetensors"
    assert convert.main([str(narrow_v2), str(wide), "--width=12"]) == 0
    before = completed(narrow_v2)
    assert before.std() > 0.1
    np.testing.assert_allclose(completed(wide), before, rtol=0, atol=atol)


def test_features_and_gates_grow_each_in_their_half(narrow_v2):
    old, new = read_weights(narrow_v2).arrays, widen(read_weights(narrow_v2), 12).arrays
    name = "inpaint_net/conv3"  # 8 features to 8 and 8 gates, then 12 to 12 and 12
    before, after = old[f"{name}/kernel"], new[f"{name}/kernel"]
    assert (before.shape, after.shape) == ((3, 3, 8, 16), (3, 3, 12, 24))
    np.testing.assert_array_equal(after[:, :, :8, :8], before[..., :8])
    np.testing.assert_array_equal(after[:, :, :8, 12:20], before[..., 8:])
    for old_channels in (slice(0, 8), slice(12, 20)):
        np.testing.assert_array_equal(after[:, :, 8:, old_channels], 0)
    assert np.all(after[..., 8:12] != 0) and np.all(after[..., 20:] != 0)
    np.testing.assert_array_equal(new[f"{name}/bias"][12:20], old[f"{name}/bias"][8:])
    np.testing.assert_array_equal(new[f"{name}/bias"][[*range(8, 12), *range(20, 24)]], 0)
    picture = "inpaint_net/allconv17"
    np.testing.assert_array_equal(new[f"{picture}/bias"], old[f"{picture}/bias"])


def test_two_branches_grow_each_in_its_place(tmp_path):
    path = tmp_path / "narrow.safetensors"
    save_model(path, small_model())
    before = read_weights(path).arrays["inpaint_net/allconv11/kernel"]
    after = widen(read_weights(path), 6).arrays["inpaint_net/allconv11/kernel"]
    assert before.shape == (3, 3, 32, 16)
    assert after.shape == (3, 3, 48, 24)
    np.testing.assert_array_equal(after[:, :, :16, :16], before[:, :, :16])
    np.testing.assert_array_equal(after[:, :, 24:40, :16], before[:, :, 16:])
    np.testing.assert_array_equal(after[:, :, 16:24, :16], 0)
    np.testing.assert_array_equal(after[:, :, 40:, :16], 0)


@pytest.mark.parametrize(
    "width, words",
    [
        ("4", "width is 4, expected more than the 4 that the weights have"),
        ("2", "width is 2, expected more than the 4"),
        ("7", "width must be an even number from 2 to 1024, got 7"),
        ("2000", "width must be an even number from 2 to 1024, got 2000"),
    ],
)
def test_widths_that_cannot_be_are_a_sentence(tmp_path, capsys, width, words):
    path, out = tmp_path / "narrow.safetensors", tmp_path / "wide.safetensors"
    save_model(path, small_model())
    assert convert.main([str(path), str(out), f"--width={width}"]) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 1
    assert words in errors[0]
    assert not out.exists()
    with pytest.raises(InputError, match=words):
        widen(read_weights(path), int(width))


def test_a_training_goes_on_from_it(tmp_path):
    """Every old weight still gets a gradient, and so do the new ones that old channels read."""
    path = tmp_path / "narrow.safetensors"
    save_model(path, small_model())
    weights = widen(read_weights(path), 6)
    model = inpaint_tf.create_model(weights.model, **weights.options)
    assign_arrays(model, weights.arrays, "wide")
    image, mask = inputs()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(image, mask).refined))
    kernel = model.scopes["inpaint_net/allconv12"].kernel
    gradient = np.asarray(tape.gradient(loss, kernel))
    assert np.all(gradient[:, :, 16:, :16] != 0)
