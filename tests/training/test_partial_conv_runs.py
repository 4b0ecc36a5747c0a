"""Runs of the U-Net through the command: stops, a frozen second phase, and what is refused."""

import numpy as np
import pytest
from run_files import results, stopped_after, tiny_values, write_config, write_pictures
from safetensors.numpy import load_file
from small_vgg import vgg_arrays, write_vgg

from inpaint_tf.cli.train import main

pytestmark = pytest.mark.usefixtures("without_graphs")

STATISTICS = ("moving_mean", "moving_variance")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("partial_conv")
    write_pictures(folder / "train", count=4)
    return folder


@pytest.fixture(scope="module")
def config(folder):
    """A step with batch statistics, then two with the encoder's as they are; all five losses."""
    values = tiny_values(folder)
    values["network"] = {"name": "partial_conv_unet", "options": {"levels": 3, "width": 2}}
    phase = {"size": [64, 72], "batch": 2, "losses": "reconstruction"}
    values["train"]["phases"] = [
        {**phase, "steps": 1},
        {**phase, "steps": 2, "freeze_encoder_norm": True},
    ]
    values["train"].update(save_every=100, average=0.9)
    values["masks"] = {"name": "irregular"}
    values["losses"] = {
        "weights": {
            "picture_known_l1": 1.0,
            "picture_hole_l1": 6.0,
            "perceptual": 0.05,
            "style": 120.0,
            "picture_total_variation": 0.1,
        },
        "discount_form": "distance",
        "features": str(write_vgg(folder / "net.safetensors", vgg_arrays())),
    }
    values["validation"] = {"every": 0}
    return str(write_config(folder, values))


@pytest.fixture(scope="module")
def straight(folder, config):
    """The run that nothing stops."""
    assert main(["--config", config, "--run_dir", str(folder / "straight")]) == 0
    return folder / "straight"


@pytest.mark.slow
def test_a_stop_changes_nothing(straight, config, tmp_path):
    """Stopped at the end of the first phase, and while the encoder's statistics are frozen."""
    command = ["--config", config, "--run_dir", str(tmp_path / "run")]
    stopped = []
    for last in (1, 2):
        with stopped_after(last):
            assert main(command) == 0
        stopped.append(load_file(tmp_path / "run" / "weights_last.safetensors"))
    assert main(command) == 0
    assert results(tmp_path / "run") == results(straight)

    final = load_file(straight / "weights_last.safetensors")
    statistics = {name for name in final if name.endswith(STATISTICS)}
    encoder = {name for name in final if "/encoder" in name and "/norm/" in name}
    for before in stopped:
        moved = {name for name in final if not np.array_equal(final[name], before[name])}
        assert statistics - encoder <= moved
        assert not encoder & statistics & moved
        # Its average still nears what the first phase learnt, but that is the average's own way.
        assert {name for name in final if "/conv/" in name} <= moved


def test_frozen_weights_begin_a_run_that_keeps_them(straight, config, folder, tmp_path):
    command = ["--config", config, "--run_dir", str(tmp_path / "run")]
    command += ["--init_weights", str(straight), "--set", "train.phases.0.freeze_encoder_norm=true"]
    assert main(command) == 0
    before, after = (
        load_file(place / "weights_last.safetensors") for place in (straight, tmp_path / "run")
    )
    for name, value in before.items():
        kept = "/encoder" in name and "/norm/" in name
        assert np.array_equal(after[name], value) == kept, name


def refused(capsys, *arguments):
    """The sentence with which the command refuses."""
    assert main(list(arguments)) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and len(err.strip().splitlines()) == 1, err
    return err


def lacking(folder):
    arrays = {name: each for name, each in vgg_arrays().items() if "conv2_2" not in name}
    return str(write_vgg(folder / "lacking.safetensors", arrays))


@pytest.mark.parametrize(
    "change, words",
    [
        ("train.phases.0.freeze_encoder_norm=true", "no batch statistics were gathered before"),
        ("network.options.levels=7", "at least 128 for partial_conv_unet with levels 7"),
        ("network.options.levels=9", "levels must be from 3 to 8, got 9"),
        ("losses.features=LACKING", "lacks conv2_2/kernel, conv2_2/bias"),
        ("losses.features=null", "expected vgg16 or vgg19, which Keras downloads, or a file"),
        ("losses.feature_maps=[pool9]", "losses.feature_maps: maps must be among"),
        ("masks.name=stars", "masks.name"),
    ],
)
def test_what_is_refused(config, folder, tmp_path, capsys, change, words):
    change = change.replace("LACKING", lacking(tmp_path))
    run_dir = tmp_path / "run"
    assert words in refused(capsys, "--config", config, "--run_dir", str(run_dir), "--set", change)
    assert not (run_dir / "config.yml").exists()


def test_weights_of_plain_convolutions_are_refused(config, tmp_path, capsys):
    told = refused(
        capsys, "--config", config, "--run_dir", str(tmp_path / "run"), "--init_weights", "bundled"
    )
    assert "is for 'deepfill_v1', config.network.name is 'partial_conv_unet'" in told
