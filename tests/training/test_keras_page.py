"""What docs/keras.md shows runs as it stands, and learns."""

import pathlib
import re

import keras
import numpy as np
import pytest

import inpaint_tf
from inpaint_tf.training.game import make_game

PAGE = pathlib.Path(inpaint_tf.__file__).parents[1] / "docs" / "keras.md"


@pytest.mark.slow
@pytest.mark.stacks
@pytest.mark.skipif(not PAGE.is_file(), reason="the package is not a checkout")
def test_the_page_s_code_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ramp = np.linspace(-1, 1, 64 * 72 * 3).reshape(1, 64, 72, 3)
    scope = {"inpaint_tf": inpaint_tf, "keras": keras}
    scope["photos"] = np.concatenate([ramp, -ramp, 0.5 * ramp]).astype(np.float32)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    assert len(blocks) == 3
    for block in blocks:
        # The first block has attention; in the others it takes a third of the time.
        exec(block.replace("width=24", "width=4, attention=False"), scope)
    printed = [line.split() for line in capsys.readouterr().out.splitlines()[-4:]]
    assert [line[0] for line in printed] == ["0", "1", "2", "3"]
    assert np.isfinite([float(number) for line in printed for number in line[1:]]).all()
    again = inpaint_tf.load_model("by_fit.safetensors")
    image, mask = scope["photos"][:2], np.ones([2, 64, 72, 1], np.float32)
    assert np.abs(again(image, mask).refined - scope["generator"](image, mask).refined).max() > 0
    mine = keras.models.load_model("mine.keras")
    assert mine.count_params() == scope["model"].count_params() > 0


@pytest.mark.parametrize(
    "changed, message",
    [
        ({"critics": "both"}, "critics must be one of local_and_global, patch, got 'both'"),
        ({"adversarial": "gan"}, "adversarial must be one of .* got 'gan'"),
        ({"weights": {"l3": 1.0}}, "weights has no 'l3'; expected some of coarse_hole_l1"),
        ({"weights": {"perceptual": 1.0}}, "'perceptual' needs .*, a frozen network"),
    ],
)
def test_a_game_that_cannot_be_is_refused(changed, message):
    generator = inpaint_tf.create_model("deepfill_v1", width=2)
    arguments = {"size": (64, 72), "box_size": (32, 32), "weights": {"l1": 1.0}, **changed}
    with pytest.raises(ValueError, match=message):
        make_game(generator, **arguments)
