"""Which changes of a configuration keep a run from going on, and where it began."""

import copy
import json
import os

import pytest
import yaml

from inpaint_tf.config.load import load_config, to_values
from inpaint_tf.errors import InputError
from inpaint_tf.plain_yaml import MOST_CHARACTERS
from inpaint_tf.training.run_directory import (
    NEW_KEYS,
    differences,
    read_origin,
    require_same_run,
    write_origin,
)


def test_what_may_change_when_a_run_goes_on():
    old = to_values(load_config("quick.yml"))
    new = to_values(
        load_config("quick.yml", ["data.workers=3", "train.save_every=9", "data.val=x",
                                  "train.phases.1.steps=9", "train.phases.1.batch=8"])
    )  # fmt: skip
    assert differences(old, new, 100) == []  # the second phase has not begun
    assert differences(old, new, 1201) == ["begun.1.batch: 6 -> 8"]
    new = to_values(load_config("quick.yml", ["train.phases.0.steps=50", "data.flip=false"]))
    assert differences(old, new, 100)[-1] == "data.flip: True -> False"


def test_runs_from_before_there_were_some_keys_go_on(tmp_path):
    values = to_values(load_config("quick.yml"))
    without = json.loads(json.dumps(values))
    for section, key, _ in NEW_KEYS:
        del without[section][key]
    (tmp_path / "config.yml").write_text(yaml.safe_dump(without))
    require_same_run(tmp_path, values, 100, dict)
    muon = {**values, "train": {**values["train"], "optimizer": "muon"}}
    with pytest.raises(InputError, match="train.optimizer: 'adam' -> 'muon'"):
        require_same_run(tmp_path, muon, 100, dict)
    (tmp_path / "config.yml").write_text(yaml.safe_dump(muon))
    require_same_run(tmp_path, muon, 100, dict)
    (tmp_path / "config.yml").write_text(yaml.safe_dump(without))
    scaled = {**values, "data": {**values["data"], "scale": [0.5, 1.0]}}
    with pytest.raises(InputError, match=r"data.scale: \[1.0, 1.0\] -> \[0.5, 1.0\]"):
        require_same_run(tmp_path, scaled, 100, dict)


PHASES = [
    {"size": [64, 72], "batch": 2, "losses": "a", "stage": "x", "steps": 3},
    {"size": [72, 64], "batch": 3, "losses": "b", "stage": "y", "steps": 2, "rate": 0.1},
]
VALUES = {
    "seed": 1,
    "seeds": 1,
    "network": {"name": "a", "options": {"width": 1}},
    "critics": {"a": {"b": 1}},
    "data": {"train": "a", "workers": 1, "skip_bad": False, "val": "b"},
    "masks": {"name": "a"},
    "train": {
        "optimizer": "a", "adam": {"b": 1}, "average": {"c": 1}, "critic_updates": 1,
        "save_every": 1, "adams": 1, "phases": PHASES,
    },
}  # fmt: skip
FREE = {"seeds", "data.workers", "data.skip_bad", "data.val", "train.save_every", "train.adams"}


def leaves(values, path=()):
    for key, value in values.items():
        yield from leaves(value, (*path, key)) if isinstance(value, dict) else [(*path, key)]


@pytest.mark.parametrize("path", [path for path in leaves(VALUES) if path[-1] != "phases"])
def test_what_decides_the_weights_may_not_change(path):
    new, name = copy.deepcopy(VALUES), ".".join(path)
    *above, key = path
    options = new
    for each in above:
        options = options[each]
    was, options[key] = options[key], "changed"
    wanted = [] if name in FREE else [f"{name}: {was!r} -> 'changed'"]
    assert differences(VALUES, new, 0) == wanted
    del options[key]
    assert differences(VALUES, new, 0) == [each.replace("'changed'", "None") for each in wanted]
    back = [f"{name}: None -> {was!r}"] if wanted else []
    assert differences(new, VALUES, 0) == back


@pytest.mark.parametrize(
    "number, key, last_free",
    [
        *((0, key, 0) for key in ("size", "batch", "losses", "stage", "freeze_encoder_norm")),
        *((1, key, 3) for key in ("size", "batch", "losses", "stage", "freeze_encoder_norm")),
        *((0, "rate", 9), (1, "rate", 9)),
    ],
)
def test_phases_that_have_begun_may_not_change(tmp_path, number, key, last_free):
    new = copy.deepcopy(VALUES)
    new["train"]["phases"][number][key] = 1
    (tmp_path / "config.yml").write_text(yaml.safe_dump(VALUES))
    for steps_done in range(9):
        found = differences(VALUES, new, steps_done)
        if steps_done <= last_free:
            assert found == []
            continue
        (said,) = found
        assert said.startswith(f"begun.{number}.{key}: ")
        with pytest.raises(InputError, match=f"another configuration: begun.{number}.{key}: "):
            require_same_run(tmp_path, new, steps_done, dict)


@pytest.mark.parametrize(
    "number, steps, last_free, change",
    [
        (0, 9, 3, "3 -> None"),
        (0, 1, 1, "None -> 1"),
        (1, 9, 5, "2 -> None"),
        (1, 1, 4, "None -> 1"),
    ],
)
def test_the_steps_of_a_phase_may_change_until_it_is_over(number, steps, last_free, change):
    new = copy.deepcopy(VALUES)
    new["train"]["phases"][number]["steps"] = steps
    assert all(differences(VALUES, new, done) == [] for done in range(last_free + 1))
    assert f"begun.{number}.steps: {change}" in differences(VALUES, new, last_free + 1)


def test_a_configuration_is_resolved_before_it_is_compared(tmp_path):
    (tmp_path / "config.yml").write_text("seed: 1")
    require_same_run(tmp_path, {"seed": 2}, 0, lambda old: {"seed": old["seed"] + 1})
    with pytest.raises(InputError, match="another configuration: seed: 1 -> 2. Take"):
        require_same_run(tmp_path, {"seed": 2}, 0, dict)
    (tmp_path / "config.yml").write_text("seed: 2\n#" + "x" * MOST_CHARACTERS)
    with pytest.raises(InputError, match="config.yml cannot be read, so the run cannot resume"):
        require_same_run(tmp_path, {"seed": 2}, 0, dict)  # not as far as it was read
    (tmp_path / "config.yml").write_text("[1]")
    with pytest.raises(InputError, match="cannot be read, so .* resume: it holds no keys"):
        require_same_run(tmp_path, {"seed": 2}, 0, dict)


def test_the_weights_that_a_run_began_from(tmp_path, monkeypatch):
    assert read_origin(tmp_path) == ""
    monkeypatch.chdir(tmp_path)
    write_origin(tmp_path, "\udcffa.safetensors")
    assert read_origin(tmp_path) == os.path.join(tmp_path, "\udcffa.safetensors")
    write_origin(tmp_path, None)
    assert read_origin(tmp_path) == ""
