"""Configurations: what is read, and what is refused in which words."""

import pathlib

import pytest
import yaml

from inpaint_tf.config.load import load_config, to_config, to_values, to_yaml
from inpaint_tf.errors import InputError

CONFIGS = pathlib.Path(__file__).parents[2] / "configs"


def written(tmp_path, text):
    path = tmp_path / "own.yml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yml")), ids=lambda path: path.name)
def test_shipped_configs_are_complete(path):
    config = load_config(path.name)
    given = yaml.safe_load(path.read_text())
    for section, options in to_values(config).items():
        if isinstance(options, dict):
            assert set(options) == set(given[section]), section
    assert to_config(to_values(config)) == config
    head = path.read_text().split("seed:")[0]
    for word in ("Source:", "Command:", "Hardware:", "Time:", "Expected:"):
        assert word in head, word
    assert f"--config {path.name}" in head


def test_resolved_text_is_the_same_config(tmp_path):
    config = load_config("celeba", ["train.average=null", "data.resize=[300, 280]"])
    assert config.data.resize == (300, 280) and config.train.average is None
    assert load_config(written(tmp_path, to_yaml(config))) == config


def test_overrides_are_typed():
    config = load_config(
        "quick.yml",
        [
            "train.phases.1.steps=7",
            "train.phases.0.learning_rate=1e-3",
            "data.flip=false",
            "data.val=photos",
            "losses.weights.total_variation=0.5",
            "data.resize=300",
            "data.scale=[5e-1, 2]",
            "data.color_jitter.hue=0.1",
        ],
    )
    assert [phase.steps for phase in config.train.phases] == [1200, 7]
    assert config.train.phases[0].learning_rate == 0.001
    assert (config.data.flip, config.data.val, config.data.resize) == (False, "photos", 300)
    assert config.losses.weights["total_variation"] == 0.5
    assert config.data.scale == (0.5, 2) and config.data.color_jitter.hue == 0.1


@pytest.mark.parametrize(
    "override, words",
    [
        ("trian.xla=true", ["config.trian is not an option", "'train'"]),
        ("train.phases.0.stesp=3", ["config.train.phases.0.stesp is not an option", "'steps'"]),
        ("train.phases.5.steps=3", ["train.phases.5.steps", "list of 2"]),
        ("network.width=wide", ["config.network.options.width is 'wide'", "a whole number"]),
        ("network.options.width=32.5", ["config.network.options.width is 32.5", "whole number"]),
        ("network.widht=4", ["config.network.options.widht is not an option", "'width'"]),
        ("network.name=deepfill", ["config.network.name is 'deepfill'", "'deepfill_v1'"]),
        ("network.options.guided=true", ["network.options.guided is not an option"]),
        ("data.sketches=canny", ["config.data.sketches is 'canny'", "not guided"]),
        ("data.sketches=landmarks", ["config.data.sketches is 'landmarks'", "not guided"]),
        ("critics.name=one", ["config.critics.name is 'one'", "'patch'"]),
        ("critics.options.iteration=held", ["critics.options.iteration is not an option"]),
        ("critics.name=patch", ["losses.weights.local_adversarial is 0.001", "expected 0"]),
        ("losses.options.hole={}", ["config.losses.options.hole is not an option"]),
        ("losses.weights.l1=-1", ["config.losses.weights.l1 is -1", "0 or more"]),
        ("data.flip=3", ["config.data.flip is 3", "true or false"]),
        ("train=5", ["config.train is 5", "keys and values"]),
        ("data.scale=[2, 1]", ["config.data.scale is (2, 1)", "[least, most]"]),
        ("data.scale=[0, 1e0]", ["config.data.scale is (0, 1)", "from 0.01 to 100"]),
        ("data.scale=[1, .inf]", ["config.data.scale is [1, inf]", "a list of numbers"]),
        ("data.color_jitter.hue=1" + 400 * "0", ["config.data.color_jitter.hue", "a number"]),
        ("data.color_jitter.hue=0.6", ["config.data.color_jitter.hue is 0.6", "[0, 0.5]"]),
        ("data.color_jitter.contrast=-1", ["color_jitter.contrast is -1.0", "[0, 1]"]),
        ("data.color_jitter=0.2", ["config.data.color_jitter is 0.2", "keys and values"]),
        ("network.padding=mirror", ["config.network.options: padding", "'mirror'"]),
        ("losses.discount_form=box", ["config.losses.discount_form", "'distance'"]),
        ("masks.max_shrink=0.25", ["config.masks.max_shrink", "less than half"]),
        ("masks.brush_strokes=[0, 2]", ["config.masks.brush_strokes is (0, 2)", "from 1 to 100"]),
        ("masks.brush_vertices=[5, 4.5]", ["config.masks.brush_vertices is (5, 4.5)", "whole"]),
        ("masks.brush_length=0", ["config.masks.brush_length is 0", "fraction of the diagonal"]),
        ("masks.brush_angle=[72, 200]", ["config.masks.brush_angle is (72, 200)", "degrees"]),
        ("masks.brush_angle=[72]", ["config.masks.brush_angle is (72,)", "[mean, farthest"]),
        ("train.phases.0.size=[60, 64]", ["size is (60, 64)", "multiples of 8"]),
        ("train.phases.0.size=[56, 56]", ["at least 64", "'symmetric'"]),
        ("train.phases.0.size=[128, 64]", ["proportions"]),
        ("train.phases=[]", ["config.train.phases", "one phase or more"]),
        ("validation.every=5", ["config.data.val", "validation.every"]),
        ("train.average=1.5", ["config.train.average is 1.5"]),
        ("train.optimizer=sgd", ["config.train.optimizer is 'sgd'", "'muon'"]),
        ("losses.weights.hole=1", ["config.losses.weights.hole is not an option"]),
        ("seed", ["has no value", "key.sub=value"]),
    ],
)
def test_refusals_name_the_key(override, words):
    with pytest.raises(InputError) as error:
        load_config("quick.yml", [override])
    for word in words:
        assert word in str(error.value), str(error.value)


def test_the_coarse_network_alone_is_not_trained_against_critics():
    with pytest.raises(InputError, match="losses is 'adversarial'; expected 'reconstruction'"):
        load_config("places2.yml", ["train.phases.0.stage=coarse"])


def test_landmarks_are_not_those_of_the_coarse_stage():
    coarse = ["train.phases.0.stage=coarse", "train.phases.1.stage=coarse"]
    with pytest.raises(InputError, match="landmark_l1 is 1.0; expected 0, since every phase train"):
        load_config("quick_faces.yml", coarse)
    weights = load_config("quick_faces.yml", coarse[:1]).losses.weights
    assert weights["landmark_l1"] == 1
    load_config("quick_faces.yml", [*coarse, "losses.weights.landmark_l1=0"])


def test_players_with_different_optimizers_share_none():
    with pytest.raises(InputError, match="train.adam.shared is True; expected false where"):
        load_config("quick.yml", ["train.optimizer=muon", "train.adam.shared=true"])


def test_older_files_say_the_same(tmp_path):
    text = """
network: {name: deepfill_v1, width: 8, padding: reflect, attention: false, critic_width: 12}
losses: {weights: {local_adversarial: 0.5}}
"""
    config = load_config(written(tmp_path, text), ["network.width=16"])
    options = config.network.options
    assert (options["width"], options["padding"], options["attention"]) == (16, "reflect", False)
    assert config.critics.name == "local_and_global" and config.critics.options == {"width": 12}
    weights = config.losses.weights
    assert weights["local_adversarial"] == 0.5 and weights["coarse_hole_l1"] == 1.44


def test_adversary_and_generator_are_chosen_apart():
    weights = "{coarse_l1: 1, refined_l1: 1, patch_adversarial: 1e-1}"
    config = load_config(
        "celeba", ["critics.name=patch", "losses.adversarial=hinge", f"losses.weights={weights}"]
    )
    assert config.network.name == "deepfill_v1"
    assert config.critics.options == {"width": 64, "iteration": "differentiated"}
    assert config.losses.weights == {"coarse_l1": 1, "refined_l1": 1, "patch_adversarial": 0.1}


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(
        InputError, match=r"nothing.yml is not a config file; there are .*places2.yml"
    ):
        load_config("nothing.yml")
    with pytest.raises(InputError, match="cannot be read as YAML"):
        load_config(written(tmp_path, "a: [1"))
    with pytest.raises(InputError, match="holds no keys"):
        load_config(written(tmp_path, "- 1"))
