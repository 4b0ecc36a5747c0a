"""The benchmark runs, and writes what it says; its numbers are not tested."""

import json

import cv2
import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.benchmark import measure
from inpaint_tf.benchmark.__main__ import main, parse_size
from inpaint_tf.benchmark.games import PARTIAL_CONV_WEIGHTS, steps_of
from inpaint_tf.benchmark.report import rows_of, table
from inpaint_tf.errors import InputError
from inpaint_tf.types import Batch


@pytest.fixture
def quick_rate(monkeypatch):
    """The product that tells the machine's rate is small: at full size it takes longest."""
    monkeypatch.setattr(measure, "PRODUCT_SIZE", 64)


SMALL = ["--sizes=64", "--width=2", "--repetitions=1", "--nomemory"]


@pytest.mark.usefixtures("quick_rate")
@pytest.mark.parametrize(
    "what, variants",
    [
        ("attention", "patches,shifts,shifts-hole,shifts-gradient"),
        pytest.param("generator", "patches,shifts,complete", marks=pytest.mark.slow),
        pytest.param("train", "patches,critic,adversarial", marks=pytest.mark.slow),
    ],
)
def test_measures_every_part(what, variants, tmp_path, capsys):
    path = tmp_path / "numbers.json"
    assert main([what, *SMALL, f"--variants={variants}", f"--json={path}"]) == 0
    shown = capsys.readouterr().out
    results = json.loads(path.read_text())["results"]
    assert [row["variant"] for row in results] == variants.split(",")
    assert all(row["variant"] in shown and row["seconds"] > 0 for row in results)


@pytest.mark.usefixtures("quick_rate")
@pytest.mark.parametrize(
    "what, variants",
    [pytest.param("generator", "complete", marks=pytest.mark.slow), ("train", "critic")],
)
def test_measures_other_networks(what, variants, tmp_path):
    path = tmp_path / "numbers.json"
    small = ["--sizes=64", "--width=4", "--repetitions=1", "--nomemory", "--model=deepfill_v2"]
    assert main([what, *small, f"--variants={variants}", f"--json={path}"]) == 0
    assert json.loads(path.read_text())["model"] == "deepfill_v2"


@pytest.mark.usefixtures("quick_rate")
@pytest.mark.parametrize(
    "what, variants", [("generator", ["plain", "complete"]), ("train", ["plain"])]
)
def test_measures_a_network_without_attention_or_critics(what, variants, tmp_path, capsys):
    path = tmp_path / "numbers.json"
    model = ["--model=partial_conv_unet"]
    assert main([what, *SMALL, *model, f"--json={path}"]) == 0
    results = json.loads(path.read_text())["results"]
    assert [row["variant"] for row in results] == variants
    assert all(row["seconds"] > 0 for row in results)
    assert main([what, *SMALL, *model, "--variants=patches"]) == 2
    told = capsys.readouterr().err
    assert "partial_conv_unet has no option 'implementation'" in told and told.count("\n") == 1


def test_a_plain_update_trains_the_network():
    steps = steps_of("partial_conv_unet", (64, 72), [32, 36], 2, {"levels": 3})
    assert steps.critics == () and steps.critic is None
    image = np.random.default_rng(0).uniform(-1, 1, [2, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([2, 64, 72, 1], np.float32)
    mask[:, 10:30, 40:60] = 1
    before = [np.array(v) for v in steps.generator.variables]
    batch = Batch(*map(tf.constant, (image, mask, [[0, 0, 32, 36]] * 2)))
    told = steps.update_reconstruction(batch, tf.constant([0, 1]), tf.constant(1e-3))
    assert set(PARTIAL_CONV_WEIGHTS) == {
        name.split("/")[1] for name in told if "picture" in name and "raw" not in name
    }
    for variable, value in zip(steps.generator.variables, before):
        assert not np.array_equal(variable, value)


@pytest.mark.slow
@pytest.mark.usefixtures("quick_rate")
def test_fresh_process_measures_memory_and_draws(tmp_path, capsys):
    """The fresh process is `python -m inpaint_tf.benchmark` too."""
    plot = tmp_path / "plot.png"
    flags = [*SMALL[:3], "--memory", "--variants=shifts", f"--plot={plot}"]
    assert main(["attention", *flags]) == 0
    shown = capsys.readouterr().out
    assert int(shown.split("\n")[1].split()[-1]) > 100  # MB; TensorFlow alone takes more
    assert cv2.imread(str(plot)).std() > 1


def test_table_shows_ratio_and_equivalents():
    rows = rows_of("attention", (64, 96), {"patches": 2.0, "shifts": 0.5, "": 1.0}, {})
    line = table(rows).splitlines()[2].split()
    assert line[1:5] == ["96x64", "shifts", "0.5000", "4.00"]
    assert float(line[5]) == pytest.approx(2 * 3072**3 / 1e9 / 2, rel=1e-3)


def test_sizes():
    assert parse_size("256") == (256, 256)
    assert parse_size("1920x1080") == (1080, 1920)
    assert parse_size("100x50") == (56, 104)
    for wrong in ("", "x", "12x", "7", "1x2x3", "-8"):
        with pytest.raises(InputError, match="--sizes"):
            parse_size(wrong)


@pytest.mark.parametrize("arguments", [["nothing"], ["train", "--variants=fast"], []])
def test_bad_requests_are_refused(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("error: ")
