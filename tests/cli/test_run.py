"""`inpaint run`, as IOPaint's plugin for GIMP calls its command."""

import numpy as np
import pytest
from cli.inpaint_harness import StandIn, completed, hole, pixels, read
from PIL import Image

from inpaint_tf.cli import inpaint
from inpaint_tf.cli.run import main
from inpaint_tf.program import main as program


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Two pictures and masks in a working directory; the weights and devices that are asked for."""
    monkeypatch.chdir(tmp_path)
    asked = []

    def make(weights, flags, compiled=False):
        asked.append((weights, flags.device))
        return StandIn()

    monkeypatch.setattr(inpaint, "make_inpainter", make)
    for name in ("photos", "masks"):
        (tmp_path / name).mkdir()
    for seed, name in enumerate(("a", "b")):
        Image.fromarray(pixels(seed)).save(f"photos/{name}.bmp")
        Image.fromarray(hole()).save(f"masks/{name}.png")
    return asked


def test_the_call_of_the_plugin(asked, capsys):
    call = ["run", "--model", "lama", "--device", "cuda", "--image", "photos/a.bmp"]
    assert program([*call, "--mask", "masks/a.png", "--output", "new/place"]) == 0
    np.testing.assert_array_equal(read("new/place/a.png"), completed())
    assert "--model lama is none of ours; the bundled weights" in capsys.readouterr().out
    assert asked[0][0].endswith("deepfill_v1_photos.safetensors") and asked[0][1] == "gpu"


@pytest.mark.parametrize("mask", ["masks", "masks/a.png"])
def test_directories(asked, mask):
    assert main(["--image", "photos", "--mask", mask, "--output", "done"]) == 0
    for seed, name in enumerate(("a", "b")):
        np.testing.assert_array_equal(read(f"done/{name}.png"), completed(seed))


def test_what_has_no_meaning_here_is_passed_over(asked, capsys):
    own = ["--model", "photos/a.bmp", "--image", "photos/a.bmp", "--mask", "masks/a.png"]
    assert main([*own, "--output", ".", "--model-dir", "x", "--concat"]) == 0
    out = capsys.readouterr().out
    assert "--model-dir has no meaning" in out and "--concat has no meaning" in out
    assert asked[0] == ("photos/a.bmp", "cpu")


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--mask", "m.png", "--output", "x"], "--image is needed"),
        (["--image", "a.png", "--mask", "m.png"], "--output is needed"),
        (["--image", "a.png", "--mask", "m.png", "--output", "photos/a.bmp"], "cannot be made"),
        (["--image", "a.png", "--mask", "m.png", "--output", "x"], "a.png does not exist"),
        (["--device", "tpu"], "device"),
    ],
)
def test_bad_input_is_a_sentence(asked, capsys, arguments, sentence):
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert sentence in err and err.count("\n") == 1
