"""`python -m inpaint_tf.convert`."""

import numpy as np
import pytest

from inpaint_tf import convert
from inpaint_tf.weights.load import read_weights


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


def test_help(capsys):
    assert convert.main(["--help"]) == 0
    assert "CHECKPOINT" in capsys.readouterr().out
