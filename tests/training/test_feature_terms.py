"""Terms of the paper on partial convolutions, by name, for any generator."""

import numpy as np
import pytest
import tensorflow as tf
from run_files import tiny_values, write_pictures
from small_vgg import vgg_arrays, write_vgg
from tiny import tiny_batch

from inpaint_tf.assembly.phases import make_phase, make_setup
from inpaint_tf.assembly.state import fresh_state
from inpaint_tf.config.load import to_config
from inpaint_tf.errors import InputError
from inpaint_tf.losses.perceptual import perceptual_loss, style_loss
from inpaint_tf.losses.whole_picture import (
    hole_l1_of_picture,
    known_l1_of_picture,
    total_variation_of_picture,
)
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.terms.features import FeatureComparison
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.types import Inpainting
from inpaint_tf.weights.vgg_files import load_features

PAPER = {
    "picture_known_l1": 1.0,
    "picture_hole_l1": 6.0,
    "perceptual": 0.05,
    "style": 120.0,
    "picture_total_variation": 0.1,
}


class Counted:
    """A feature network that counts how often it is asked."""

    def __init__(self, extract):
        self.extract, self.calls = extract, 0

    def __call__(self, pictures):
        self.calls += 1
        return self.extract(pictures)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("features") / "net.safetensors"
    return load_features(write_vgg(path, vgg_arrays()))


def test_the_papers_losses(network):
    batch, counted = tiny_batch(), Counted(network)
    picture = tf.constant(np.random.default_rng(5).uniform(-1, 1, batch.image.shape), tf.float32)
    terms = make_terms(PAPER, Setting((32, 24)))
    objective = Objective(terms, PAPER, {"features": FeatureComparison(counted)})
    with tf.GradientTape() as tape:
        tape.watch(picture)
        output = Inpainting((0 * picture, picture))
        losses = objective.reconstruction_terms(batch, output)
        total = losses.total
    assert counted.calls == 2  # of the truth, and of both pictures, for both terms

    image, predicted = (batch.image + 1) / 2, (picture + 1) / 2
    completed = tf.where(batch.mask == 1, predicted, image)
    truth, raw, whole = (network(each) for each in (image, predicted, completed))
    want = {
        "picture_known_l1": known_l1_of_picture(image, predicted, batch.mask),
        "picture_hole_l1": hole_l1_of_picture(image, predicted, batch.mask),
        "perceptual": perceptual_loss(raw, truth) + perceptual_loss(whole, truth),
        "style": style_loss(raw, truth) + style_loss(whole, truth),
        "picture_total_variation": total_variation_of_picture(completed, batch.mask),
    }
    assert set(losses.losses) == set(want)
    for name, value in want.items():
        weighted = PAPER[name] * tf.reduce_mean(value)
        assert weighted > 0
        np.testing.assert_allclose(losses.losses[name], weighted, rtol=1e-4)
    gradient = tape.gradient(total, picture)
    assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0
    # Another picture of the same batch is looked at anew.
    again = objective.reconstruction_terms(batch, Inpainting((picture, 0 * picture)))
    assert counted.calls == 4
    assert abs(float(again.losses["style"] - losses.losses["style"])) > 1e-6


def test_a_run_without_such_terms_needs_no_features():
    assert "perceptual" not in make_terms({"perceptual": 0.0}, Setting((32, 24)))


def values(folder, **losses):
    changed = tiny_values(folder)
    changed["train"]["phases"] = [
        {"steps": 1, "size": [64, 72], "batch": 2, "losses": "reconstruction"}
    ]
    changed["losses"] = {"weights": PAPER, "discount_form": "distance", **losses}
    return changed


def test_a_run_keeps_no_variable_of_the_features(tmp_path):
    write_pictures(tmp_path / "train")
    path = write_vgg(tmp_path / "net.safetensors", vgg_arrays())
    config = to_config(values(tmp_path, features=path, feature_maps=["pool2", "aux1"]))
    phase = make_phase(make_setup(config), fresh_state(config), 0)
    variables = phase.state.variables()
    assert not any("conv1_1" in name or "aux" in name for name in variables)
    count = len(phase.state.generator.trainable_variables)
    assert len([name for name in variables if name.startswith("generator/")]) == count
    told = phase.update_generator(tiny_batch(), tf.constant([0, 0]), tf.constant(1e-4))
    for name in PAPER:
        assert told[f"generator/{name}"] > 0


@pytest.mark.parametrize(
    "losses, sentence",
    [
        ({}, "losses.features is null, but .* expected vgg16 or vgg19"),
        ({"features": "none.safetensors"}, "none.safetensors is not a readable safetensors file"),
        ({"features": "x", "feature_maps": []}, "losses.feature_maps is .*; expected one map"),
        ({"features": "x", "feature_maps": [1]}, "losses.feature_maps.0 is 1; expected a text"),
    ],
)
def test_what_is_refused(tmp_path, losses, sentence):
    with pytest.raises(InputError, match=sentence):
        make_setup(to_config(values(tmp_path, **losses)))
