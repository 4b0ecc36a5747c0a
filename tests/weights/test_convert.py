"""`python -m inpaint_tf.convert`."""

import numpy as np
import pytest
from small_network import small_model

from inpaint_tf import convert
from inpaint_tf.weights.bundled import bundled_weights
from inpaint_tf.weights.load import read_weights
from inpaint_tf.weights.safetensors import save_model
from inpaint_tf.weights.variables import named_variables


@pytest.mark.parametrize("name, critics", [("snapshot", 20), ("snapshot_v2", 18)])
def test_converts_a_checkpoint_and_says_what_it_is(request, tmp_path, capsys, name, critics):
    snapshot = request.getfixturevalue(name)
    out = tmp_path / "w.safetensors"
    assert convert.main([str(snapshot), str(out), "--dtype=float16"]) == 0
    printed = capsys.readouterr().out
    assert f"84 generator tensors, {critics} critic tensors" in printed
    assert "release: none of the known releases" in printed
    assert "ignored: 1 other tensors" in printed
    converted, original = read_weights(out), read_weights(snapshot)
    assert converted.options == original.options
    for name, array in original.arrays.items():
        np.testing.assert_array_equal(converted.arrays[name], array.astype(np.float16))


def test_bad_input_is_a_sentence_and_writes_nothing(tmp_path, capsys):
    out = tmp_path / "w.safetensors"
    assert convert.main([str(tmp_path / "nowhere"), str(out)]) == 2
    assert convert.main([str(out)]) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 2
    assert "nowhere does not exist" in errors[0]
    assert "1 arguments given; expected 2" in errors[1]
    assert not out.exists()


def test_the_mean_of_two_trainings_is_written(tmp_path, capsys):
    first, second = small_model(), small_model()
    for model, name in ((first, "first"), (second, "second")):
        save_model(tmp_path / f"{name}.safetensors", model)
    out = tmp_path / "w.safetensors"
    other = str(tmp_path / "second.safetensors")
    arguments = [str(tmp_path / "first.safetensors"), str(out), "--average_with", other]
    assert convert.main(arguments) == 0
    assert f"averaged_with: {other}" in capsys.readouterr().out
    found, one, two = read_weights(out).arrays, *map(named_variables, (first, second))
    assert found.keys() == one.keys()
    for name, array in found.items():
        mean = (np.asarray(one[name], float) + np.asarray(two[name])) / 2
        np.testing.assert_allclose(array, mean, rtol=0, atol=1e-7)


def test_a_mean_with_the_bundled_weights_by_name(tmp_path, capsys):
    out = tmp_path / "w.safetensors"
    assert convert.main(["bundled", str(out), "--average_with", "bundled"]) == 0
    assert "averaged_with: bundled" in capsys.readouterr().out
    found, bundled = read_weights(out).arrays, read_weights(bundled_weights()).arrays
    assert found.keys() == bundled.keys()
    for name, array in found.items():
        np.testing.assert_array_equal(array, bundled[name])


def test_no_mean_of_different_networks(tmp_path, capsys):
    save_model(tmp_path / "a.safetensors", small_model())
    save_model(tmp_path / "b.safetensors", small_model(width=6))
    out = tmp_path / "w.safetensors"
    arguments = [str(tmp_path / name) for name in ("a.safetensors", "w.safetensors")]
    assert convert.main([*arguments, f"--average_with={tmp_path / 'b.safetensors'}"]) == 2
    assert "b.safetensors holds another network" in capsys.readouterr().err
    assert not out.exists()


def test_help(capsys):
    assert convert.main(["--help"]) == 0
    assert "CHECKPOINT" in capsys.readouterr().out
