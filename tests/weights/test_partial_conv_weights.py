"""Weights of the U-Net: what is in a file, and what is refused."""

import numpy as np
import pytest
import safetensors.numpy

from inpaint_tf.convert import main as convert
from inpaint_tf.errors import InputError
from inpaint_tf.models.registry import create_model
from inpaint_tf.weights.load import load_model
from inpaint_tf.weights.safetensors import read_safetensors, save_model, save_weights
from inpaint_tf.weights.widen import widen


def network():
    made = create_model("partial_conv_unet", levels=3, width=2)
    for number, variable in enumerate(made.variables):
        variable.assign(np.random.default_rng(number).uniform(0.1, 1, variable.shape))
    return made


def test_statistics_survive_and_the_file_tells_the_levels(tmp_path):
    path = tmp_path / "net.safetensors"
    given = network()
    save_model(path, given)
    arrays = read_safetensors(path).arrays
    assert "partial_conv/encoder2/norm/moving_variance" in arrays
    assert "partial_conv/encoder2/conv/bias" not in arrays
    assert arrays["partial_conv/decoder1/conv/bias"].shape == (3,)
    again = load_model(path)
    assert again.options == given.options
    for one, other in zip(given.variables, again.variables):
        np.testing.assert_array_equal(np.array(one), np.array(other))


def test_weights_of_a_network_without_statistics_are_refused(tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(path, network())
    weights = read_safetensors(path)
    plain = {n: a for n, a in weights.arrays.items() if "/norm/moving_" not in n}
    save_weights(path, weights._replace(arrays=plain))
    with pytest.raises(InputError, match="lacks partial_conv/encoder2/norm/moving_mean"):
        load_model(path)
    save_weights(path, weights._replace(options={"levels": 4, "width": 2}))
    with pytest.raises(InputError, match=r"net.safetensors lacks partial_conv/encoder4/conv"):
        load_model(path)


def test_half_precision_is_refused_where_statistics_overflow(tmp_path):
    path = tmp_path / "net.safetensors"
    given = network()
    given.encoder[1].norm.moving_variance.assign([1e6, 1.0, 1.0, 1.0])
    with pytest.raises(InputError, match="moving_variance holds values that are not finite"):
        save_model(path, given, dtype="float16")
    assert not path.exists()


def test_it_is_not_widened(tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(path, network())
    with pytest.raises(InputError, match="partial_conv_unet cannot be widened"):
        widen(read_safetensors(path), 4)


def test_names_are_plain(tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(path, network())
    names = safetensors.numpy.load_file(path)
    units = {name.split("/")[1] for name in names}
    assert units == {f"{kind}coder{level}" for kind in ("en", "de") for level in (1, 2, 3)}


def test_convert_keeps_statistics_and_averages_two_trainings(tmp_path):
    one, other, out = (str(tmp_path / f"{name}.safetensors") for name in ("one", "other", "out"))
    save_model(one, network())
    changed = network()
    for variable in changed.variables:
        variable.assign(2 * np.array(variable))
    save_model(other, changed)
    assert convert([one, out]) == 0
    given, again = read_safetensors(one).arrays, load_model(out)
    for name, array in read_safetensors(out).arrays.items():
        np.testing.assert_array_equal(array, given[name])
    assert again.options == network().options
    assert convert([one, out, "--average_with", other]) == 0
    mean = read_safetensors(out).arrays
    assert set(mean) == set(given) and any(name.endswith("moving_variance") for name in mean)
    for name, array in mean.items():
        np.testing.assert_allclose(array, 1.5 * given[name], rtol=1e-6)
