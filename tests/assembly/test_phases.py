"""Phases as a run makes them: their examples, and the average they keep."""

import itertools
import sys

import numpy as np
import pytest
import tensorflow as tf
import yaml
from PIL import Image

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/training")

from run_files import tiny_values

from inpaint_tf.assembly.phases import make_phase, make_setup, make_steps
from inpaint_tf.assembly.state import fresh_state, start_from
from inpaint_tf.config.load import load_config
from inpaint_tf.weights.archive import Weights
from inpaint_tf.weights.variables import named_variables

PICTURES = 20


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """Three phases that take 4 + 12 + 4 examples."""
    folder = tmp_path_factory.mktemp("phases")
    (folder / "train").mkdir()
    for number in range(PICTURES):
        Image.new("RGB", (72, 64), (12 * number, 0, 0)).save(folder / "train" / f"{number}.png")
    values = tiny_values(folder)
    values["network"] = {"width": 4, "critic_width": 4, "attention": False}
    phase = {"size": [64, 72], "batch": 2}
    values["train"]["phases"] = [
        {**phase, "steps": 2, "losses": "reconstruction"},
        {**phase, "steps": 2},
        {**phase, "steps": 1, "batch": 4, "losses": "reconstruction"},
    ]
    values["train"].update(critic_updates=2, average=0.5, deterministic=False)
    values.pop("validation")
    path = folder / "config.yml"
    path.write_text(yaml.safe_dump(values))
    return load_config(str(path))


def test_examples_of_one_phase_do_not_come_again_in_the_next(config):
    setup, state = make_setup(config), fresh_state(config)
    seen = []
    for number in range(3):
        phase = make_phase(setup, state, number)
        state = phase.state
        updates = phase.steps * (phase.critic_updates + 1)
        for batch in itertools.islice(phase.batches(0), updates):
            levels = (batch.image.numpy()[:, 0, 0, 0] + 1) * 127.5
            seen.extend(np.rint(levels / 12).astype(int).tolist())
    assert sorted(seen) == list(range(PICTURES))  # one epoch, every picture once


def test_the_average_follows_the_generator_by_hand(config):
    setup = make_setup(config)
    phase = make_phase(setup, fresh_state(config), 0)
    generator, steps = phase.state.generator, make_steps(setup, phase.state, 0)
    before = {name: np.array(v) for name, v in named_variables(generator).items()}
    batch = next(iter(phase.batches(0)))
    want = before
    for update in range(2):  # not compiled, which takes longer than two updates
        steps.update_reconstruction(batch, tf.constant([0, update]), tf.constant(0.1))
        now = named_variables(generator)
        keep = min(0.5, (1 + update) / (10 + update))
        want = {name: keep * want[name] + (1 - keep) * np.array(v) for name, v in now.items()}
    averaged = named_variables(phase.validated)
    for name, value in want.items():
        np.testing.assert_allclose(averaged[name], value, atol=1e-5, err_msg=name)
        assert name.endswith("bias") or np.abs(value - before[name]).max() > 1e-3, name
    assert int(phase.state.variables()["average/updates"].numpy()) == 2


def test_critics_without_initial_weights_are_told_where_there_are_critics(config):
    state = fresh_state(config)
    arrays = {name: v.numpy() + 1 for name, v in state.generator_variables.items()}
    weights = Weights("deepfill_v1", {}, arrays, {}, {})
    (said,) = start_from(state, weights, with_critics=True)
    assert "none for the critics" in said
    assert start_from(state, weights, with_critics=False) == []
    for name, variable in state.generator_variables.items():
        np.testing.assert_array_equal(variable.numpy(), arrays[name])
