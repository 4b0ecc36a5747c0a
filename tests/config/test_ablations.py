"""The commands of docs/ablations.md are configurations, each with its one difference."""

import pathlib
import re
import shlex

import pytest

import inpaint_tf
from inpaint_tf.config.load import load_config, to_values

PAGE = pathlib.Path(inpaint_tf.__file__).parents[1] / "docs" / "ablations.md"
# What differs from the first run, by the name of the run.
EXPECTED = {
    "contextual": {},
    "baseline": {"network.options.attention": "none"},
    "flow": {"network.options.attention": "flow"},
    "transformer": {"network.options.attention": "transformer"},
    "dcgan": {"losses.adversarial": "dcgan"},
    "lsgan": {"losses.adversarial": "lsgan"},
    "no_l1": {"losses.weights.refined_hole_l1": 0, "losses.weights.refined_known_l1": 0},
    "perceptual": {"losses.features": "vgg16", "losses.weights.perceptual": 0.05},
    "style": {"losses.features": "vgg16", "losses.weights.style": 120},
    "total_variation": {"losses.weights.picture_total_variation": 0.1},
}


def overrides_of(text):
    words = shlex.split(text.replace("\\\n", " "))
    return [after for word, after in zip(words, words[1:]) if word == "--set"]


@pytest.fixture(scope="module")
def runs():
    """The configuration of every run, as nested values."""
    text = PAGE.read_text()
    base = overrides_of(re.search(r"python train.py --config dtd.yml (.*?) \"\$\{@", text, re.S)[1])
    lines = re.findall(r"^train (\w+)(.*)$", text, re.M)
    return {
        name: to_values(load_config("dtd.yml", base + overrides_of(rest))) for name, rest in lines
    }


def flat(values, path=""):
    if not isinstance(values, dict):
        return {path: values}
    return {
        key: value
        for name, below in values.items()
        for key, value in flat(below, f"{path}.{name}".lstrip(".")).items()
    }


def test_every_run_differs_in_what_its_name_says(runs):
    assert list(runs) == list(EXPECTED)
    base = flat(runs["contextual"])
    assert base["losses.adversarial"] == "wgan_gp" and base["network.options.attention"] is True
    assert runs["contextual"]["train"]["phases"][0]["losses"] == "adversarial"
    for name, values in runs.items():
        own = flat(values)
        assert {key: own[key] for key in own if own[key] != base.get(key)} == EXPECTED[name], name


def test_other_commands_of_the_page_are_configurations():
    found = re.findall(r"^python train.py --config (quick.yml) (.*)$", PAGE.read_text(), re.M)
    kinds = [load_config(name, overrides_of(rest)).network.options for name, rest in found]
    assert [each["attention"] for each in kinds] == [True, "none"]
