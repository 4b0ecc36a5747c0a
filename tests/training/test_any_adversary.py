"""Critics and losses are chosen apart from the generator: a step of each, from a configuration."""

import json

import numpy as np
import pytest
from run_files import tiny_values, write_config, write_pictures
from safetensors.numpy import load_file

from inpaint_tf.assembly.parts import make_generator
from inpaint_tf.cli.train import main
from inpaint_tf.config.load import load_config
from inpaint_tf.weights.variables import named_variables

pytestmark = pytest.mark.usefixtures("without_graphs")

WHOLE_L1 = {"coarse_l1": 1.0, "refined_l1": 1.0}
PATCH = {**WHOLE_L1, "patch_adversarial": 0.5}
PAIR = {
    **WHOLE_L1,
    "local_adversarial": 0.001,
    "global_adversarial": 0.001,
    "gradient_penalty": 10.0,
}
# Generator, critics, the loss of both, its weights, the names that critics have in records.
GAMES = [
    ("deepfill_v1", "patch", "hinge", PATCH, ["patch"]),
    ("deepfill_v2", "patch", "hinge", PATCH, ["patch"]),
    ("deepfill_v2", "local_and_global", "wgan_gp", PAIR, ["local", "global"]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("games")
    write_pictures(folder / "train", count=4)
    return folder


@pytest.mark.parametrize("name, critics, loss, weights, judges", GAMES)
def test_one_step_of_both_players(folder, tmp_path, name, critics, loss, weights, judges):
    values = tiny_values(folder)
    start = {"start": "level"} if name == "deepfill_v2" else {}  # else little reaches the input
    values["network"] = {"name": name, "options": {"width": 4, "attention": False, **start}}
    values["critics"] = {"name": critics, "options": {"width": 4}}
    values["losses"] = {"adversarial": loss, "weights": weights}
    values["train"].update(
        phases=[{"steps": 1, "size": [64, 72], "batch": 2}],
        critic_updates=1,
        deterministic=False,
        save_every=100,
    )
    values["validation"] = {"every": 0}
    path = str(write_config(tmp_path, values))
    assert main(["--config", path, "--run_dir", str(tmp_path / "run")]) == 0

    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    terms = {key: value for line in lines for key, value in json.loads(line).items()}
    for judge in judges:
        assert np.isfinite(terms[f"critic/{judge}_critic"])
        assert np.isfinite(terms[f"generator/raw_{judge}_adversarial"])
        assert (f"critic/{judge}_penalty" in terms) == (loss == "wgan_gp")
    total = sum(terms[f"generator/{key}"] for key in weights if key != "gradient_penalty")
    np.testing.assert_allclose(terms["generator/loss"], total, rtol=1e-5)
    # One step of Adam moves every number that has a gradient by the rate.
    fresh = {
        k: np.asarray(v) for k, v in named_variables(make_generator(load_config(path))).items()
    }
    trained = load_file(tmp_path / "run" / "weights_last.safetensors")
    moved = [key for key, value in fresh.items() if (trained[key] != value).any()]
    assert moved == list(fresh)
