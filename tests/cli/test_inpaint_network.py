"""`python test.py` with real networks: the flags about them do what they say."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from inpaint_tf import Inpainter, create_model, load_model
from inpaint_tf.cli.inpaint import main, make_inpainter
from inpaint_tf.weights.safetensors import save_model

HEIGHT, WIDTH = 64, 72


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A picture, a mask, and two networks whose pictures differ."""
    folder = tmp_path_factory.mktemp("networks")
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, [HEIGHT, WIDTH, 3], dtype=np.uint8)
    hole = np.zeros([HEIGHT, WIDTH], np.uint8)
    hole[20:52, 30:50] = 255
    Image.fromarray(pixels).save(folder / "x.png")
    Image.fromarray(hole).save(folder / "m.png")
    for name, shift in (("a", 0.3), ("b", -0.3)):
        model = create_model("deepfill_v1", width=4, attention=False)
        for variable in model.trainable_variables:
            scale = 0.1 if len(variable.shape) == 1 else np.sqrt(2 / np.prod(variable.shape[:-1]))
            variable.assign(random.normal(size=variable.shape) * scale)
        model.scopes["inpaint_net/allconv17"].bias.assign([shift] * 3)
        save_model(folder / f"{name}.safetensors", model)
    return folder


@pytest.fixture
def here(folder, monkeypatch):
    monkeypatch.chdir(folder)


def read(path):
    return np.asarray(Image.open(path))


def completed(*flags):
    """What the command writes."""
    command = ["--image=x.png", "--mask=m.png", "--output=out.png", *flags]
    Path("out.png").unlink(missing_ok=True)
    assert main(command) == 0
    return read("out.png")


def by_inpainter(weights, **options):
    inpainter = Inpainter(load_model(weights, **options))
    return inpainter(read("x.png"), read("m.png"))


def test_weights_are_those_named(here):
    a, b = completed("--weights=a.safetensors"), completed("--weights=b.safetensors")
    np.testing.assert_array_equal(a, by_inpainter("a.safetensors"))
    np.testing.assert_array_equal(b, by_inpainter("b.safetensors"))
    assert (a != b).any(axis=-1)[read("m.png") > 0].mean() > 0.9
    np.testing.assert_array_equal(completed("--checkpoint_dir=b.safetensors"), b)


def test_padding_overrides_what_the_weights_say(here):
    same = completed("--weights=a.safetensors", "--padding=same")
    np.testing.assert_array_equal(same, by_inpainter("a.safetensors", padding="same"))
    assert (same != by_inpainter("a.safetensors")).any()


def test_precision_is_bfloat16(here):
    half = completed("--weights=a.safetensors", "--precision=bfloat16")
    want = by_inpainter("a.safetensors", dtype="mixed_bfloat16")
    np.testing.assert_array_equal(half, want)
    assert (half != by_inpainter("a.safetensors")).any()


def test_detail_seed_and_size_reach_the_inpainter(narrow, monkeypatch):
    monkeypatch.setattr("inpaint_tf.load_model", lambda path: narrow)
    flags = {"device": "auto", "padding": None, "precision": "float32", "seed": 7}

    def made(detail, size="auto"):
        return make_inpainter("x", SimpleNamespace(**flags, detail=detail, working_size=size))

    assert [made(detail).detail for detail in ("auto", "on", "off")] == [False, True, False]
    monkeypatch.setattr(narrow, "detail", True)
    assert [made(detail).detail for detail in ("auto", "on", "off")] == [True, True, False]
    assert made("on").seed == 7 and made("on", "96").working_size == (96, 96)


def test_a_device_that_is_not_there_is_refused(here, capsys):
    Path("out.png").unlink(missing_ok=True)
    command = ["--image=x.png", "--mask=m.png", "--weights=a.safetensors", "--output=out.png"]
    assert main([*command, "--device=gpu:99"]) == 2
    assert "GPU" in capsys.readouterr().err and not Path("out.png").exists()


def test_many_pictures_are_completed_by_the_same_network(here):
    """More than two are completed by a compiled network, whose sums have another order."""
    Path("list.txt").write_text("".join(f"x.png m.png {name}.png\n" for name in "pqr"))
    assert main(["--flist=list.txt", "--weights=b.safetensors", "--padding=same", "--quiet"]) == 0
    want = by_inpainter("b.safetensors", padding="same").astype(int)
    for name in "pqr":
        assert np.abs(read(f"{name}.png") - want).max() <= 1


def test_random_weights_are_new_each_time(here):
    first, second = completed("--weights=random"), completed("--weights=random")
    hole = read("m.png") > 0
    assert (first[hole] != second[hole]).any()
    np.testing.assert_array_equal(first[~hole], second[~hole])
