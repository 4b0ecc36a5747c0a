"""A run of a guided DeepFill v2 against SN-PatchGAN, whole and in two parts."""

import pytest
import tensorflow as tf
from run_files import results, stopped_after, tiny_values, write_config, write_pictures

from inpaint_tf.cli.train import main
from inpaint_tf.weights.load import load_model

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_graphs")]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guided")
    write_pictures(folder / "train", count=4)
    values = tiny_values(folder)
    values["network"] = {
        "name": "deepfill_v2",
        "options": {"width": 4, "guided": True, "attention": False},
    }
    values["critics"] = {"name": "patch", "options": {"width": 4}}
    values["losses"] = {
        "adversarial": "hinge",
        "weights": {"coarse_l1": 1.0, "refined_l1": 1.0, "patch_adversarial": 0.5},
    }
    values["data"].update(sketches="canny", val=str(folder / "train"))
    phase = {"size": [64, 72], "batch": 2}
    values["train"]["phases"] = [
        {**phase, "steps": 1, "losses": "reconstruction"},
        {**phase, "steps": 2},
    ]
    values["train"].update(critic_updates=1, save_every=100)
    values["validation"] = {"every": 3, "pictures": 2, "panels": 1}
    return write_config(folder, values)


def test_a_run_in_two_parts_is_the_run(config, tmp_path, capsys):
    straight, parted = tmp_path / "straight", tmp_path / "parted"
    assert main(["--config", str(config), "--run_dir", str(straight)]) == 0
    assert "patch" in capsys.readouterr().out
    command = ["--config", str(config), "--run_dir", str(parted)]
    with stopped_after(2):
        assert main(command) == 0
    names = [name for name, _ in tf.train.list_variables(str(parted / "checkpoints"))]
    assert sum("kernel_sn" in name for name in names) == 6
    assert main(command) == 0
    assert results(straight) == results(parted)
    assert load_model(straight).guided
