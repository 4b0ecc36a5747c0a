"""Training of the U-Net of partial convolutions: what becomes of batch statistics."""

import numpy as np
import pytest
import tensorflow as tf
from run_files import tiny_values, write_pictures

from inpaint_tf.assembly.phases import make_phase, make_setup
from inpaint_tf.assembly.state import fresh_state
from inpaint_tf.config.load import to_config
from inpaint_tf.errors import InputError
from inpaint_tf.types import Batch
from inpaint_tf.weights.load import load_model
from inpaint_tf.weights.safetensors import save_model

RATE = tf.constant(1e-3)
SEED = tf.constant([0, 0])


def values(folder, **second_phase):
    changed = tiny_values(folder)
    changed["network"] = {"name": "partial_conv_unet", "options": {"levels": 3, "width": 2}}
    phase = {"steps": 1, "size": [64, 72], "batch": 2, "losses": "reconstruction"}
    changed["train"].update(phases=[phase, {**phase, **second_phase}], deterministic=False)
    changed["losses"] = {"weights": {"picture_known_l1": 1.0, "picture_hole_l1": 6.0}}
    changed["losses"]["discount_form"] = "distance"
    return changed


def batch():
    draw = np.random.default_rng(0)
    mask = np.zeros([2, 64, 72, 1], np.float32)
    mask[0, 20:40, 30:50] = mask[1, 8:16, 8:60] = 1
    image = draw.uniform(-1, 1, [2, 64, 72, 3]).astype(np.float32)
    return Batch(tf.constant(image), tf.constant(mask), tf.constant([[0, 0, 32, 32]] * 2))


def arrays(variables):
    return {name: np.array(v) for name, v in variables.items()}


def changed_names(before, variables):
    return {name for name, v in variables.items() if not np.array_equal(before[name], v)}


def is_statistic(name):
    return name.rpartition("/")[2].startswith("moving_")


def test_two_phases_and_the_weights_they_leave(tmp_path):
    write_pictures(tmp_path / "train")
    config = to_config(values(tmp_path, freeze_encoder_norm=True))
    setup = make_setup(config)
    phase = make_phase(setup, fresh_state(config), 0)
    state, variables = phase.state, phase.state.variables()
    own = state.generator_variables
    assert len([name for name in own if is_statistic(name)]) == 2 * 4  # 2 + 2 normalised units
    before = arrays(own)
    phase.update_generator(batch(), SEED, RATE)
    assert changed_names(before, own) == set(own)

    # Statistics are copied into the average, the rest follows slowly.
    averages = dict(zip(own, state.average.averages))
    for name, variable in own.items():
        assert np.array_equal(averages[name], variable) == is_statistic(name), name
    assert {f"generator/{name}" for name in own} <= set(variables)
    assert not any("adam" in name and is_statistic(name) for name in variables)

    phase = make_phase(setup, state, 1)
    before = arrays(own)
    phase.update_generator(batch(), SEED, RATE)
    kept = set(own) - changed_names(before, own)
    norms = {name for name in own if "/encoder" in name and "/norm/" in name}
    assert kept == norms and len(norms) == 2 * 4

    # The phase leaves the network as it was: called in training, it takes batch statistics again.
    before = arrays(own)
    state.generator(batch().image, batch().mask, training=True)
    assert changed_names(before, own) == {name for name in own if is_statistic(name)}

    path = tmp_path / "weights.safetensors"
    save_model(path, state.averaged)
    given = batch()
    again = load_model(path)(given.image, given.mask).last
    np.testing.assert_array_equal(again, state.averaged(given.image, given.mask).last)
    assert np.std(again) > 0.01


def test_a_critics_update_leaves_the_statistics(tmp_path):
    write_pictures(tmp_path / "train")
    given = values(tmp_path)
    given["train"]["phases"] = [{"steps": 1, "size": [64, 72], "batch": 2}]
    given["losses"]["weights"]["patch_adversarial"] = 0.01
    given["critics"] = {"name": "patch", "options": {"width": 4}}
    given["losses"]["adversarial"] = "hinge"
    config = to_config(given)
    phase = make_phase(make_setup(config), fresh_state(config), 0)
    own = phase.state.generator_variables
    before = arrays(own)
    phase.update_critic(batch(), SEED, RATE)
    assert changed_names(before, own) == set()
    phase.update_generator(batch(), SEED, RATE)
    assert any(map(is_statistic, changed_names(before, own)))


@pytest.mark.parametrize(
    "network, phase, sentence",
    [
        ("deepfill_v1", {"freeze_encoder_norm": True}, "deepfill_v1 has no batch normalisation"),
        ("partial_conv_unet", {"stage": "coarse"}, "'both': partial_conv_unet has one stage"),
        ("partial_conv_unet", {"size": [128, 144]}, "at least 256 for partial_conv_unet with lev"),
    ],
)
def test_what_does_not_fit_the_network_is_refused(tmp_path, network, phase, sentence):
    given = values(tmp_path, **phase)
    given["network"] = {"name": network, "options": {}}
    if "size" in phase:
        given["network"]["options"] = {"levels": 8}
    elif network == "partial_conv_unet":
        given["network"]["options"] = {"levels": 3}
    with pytest.raises(InputError, match=sentence):
        to_config(given)


def test_unknown_levels_are_refused(tmp_path):
    given = values(tmp_path)
    given["network"]["options"]["levels"] = 9
    with pytest.raises(InputError, match="levels must be from 3 to 8, got 9"):
        to_config(given)
