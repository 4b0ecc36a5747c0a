"""`test.py --save_all` with a network that has gates."""

import numpy as np
from inpaint_harness import hole, pixels, read, run, save_picture_and_mask
from small_networks import lively

from inpaint_tf.inference.gate_picture import gate_picture
from inpaint_tf.weights.safetensors import save_model


def test_gates_are_written_beside_the_result(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_picture_and_mask()
    model = lively("deepfill_v2", features=2)
    save_model("w.safetensors", model)
    arguments = ["--weights", "w.safetensors", "--image=x.png", "--mask=m.png", "--output=o.png"]
    assert run(*arguments) == 0
    assert not (tmp_path / "o_gates.png").exists()
    assert run(*arguments, "--save_all") == 0
    want = gate_picture(model, pixels(), hole())
    got = read("o_gates.png")
    assert got.shape == want.shape
    np.testing.assert_array_equal(got, want)
    (tmp_path / "o_gates.png").unlink()
    (tmp_path / "o_gates.png").mkdir()
    assert run(*arguments, "--save_all") == 2
