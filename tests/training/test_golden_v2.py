"""DeepFill v2's losses, gradients and updates against the original's."""

import json

import numpy as np
import pytest
import tensorflow as tf
from golden_steps import in_bgr, plain

from inpaint_tf.layers.spectral_conv import ITERATIONS
from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
from inpaint_tf.ops.image import composite
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.steps import Learner, Steps
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.types import Batch
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.variables import assign_arrays, trained

RATE = tf.constant(1e-4)
SEED = tf.constant([0, 0])


class GoldenGame:
    """The golden networks, batch and objective, and Adam shared by both players."""

    def __init__(self, snapshot, data):
        recorded = json.loads(str(data["config"]))
        self.size = tuple(recorded["img_shapes"][:2])
        self.box = (recorded["height"], recorded["width"])
        self.generator = load_model(snapshot, padding=recorded["padding"].lower())
        self.arrays = read_weights(snapshot).arrays
        gan, l1 = recorded["gan_loss_alpha"], recorded["l1_loss_alpha"]
        weights = {"coarse_l1": l1, "refined_l1": l1, "patch_adversarial": gan}
        self.objective = Objective(make_terms(weights, Setting(self.box)), weights)
        mask = np.maximum(data["regular_mask"], data["irregular_mask"])
        count = len(data["batch_u8"])
        self.batch = Batch(
            tf.constant(data["batch_u8"][..., ::-1] / np.float32(127.5) - 1),
            tf.constant(np.repeat(mask, count, axis=0)),
            tf.zeros([count, 4], tf.int32),
        )
        self.use_iteration("differentiated")

    def use_iteration(self, name):
        scene = Scene(self.size, self.box)
        self.judges = CRITIC_SETS["patch"].make(scene, ADVERSARIAL_LOSSES["hinge"], iteration=name)
        self.critic = self.judges[0].critic
        self.reset()

    def reset(self):
        """The snapshot's critic again, its vectors included."""
        assign_arrays(self.critic, self.arrays, "snapshot")

    def completed(self):
        output = self.generator(self.batch.image, self.batch.mask)
        return output, composite(output.last, self.batch.image, self.batch.mask)

    def critic_gradients(self):
        """The critic's losses and the gradients of what it learns, by name."""
        _, completed = self.completed()
        with tf.GradientTape() as tape:
            terms = self.objective.critic_terms(self.judges, self.batch, completed, [None])
            loss = terms.total
        variables = trained(plain(self.critic))
        return terms, dict(zip(variables, tape.gradient(loss, list(variables.values()))))

    def generator_gradients(self):
        variables = plain(self.generator)
        with tf.GradientTape() as tape:
            output, _ = self.completed()
            terms = self.objective.generator_terms(self.judges, self.batch, output)
            loss = terms.total
        return terms, dict(zip(variables, tape.gradient(loss, list(variables.values()))))

    def vectors(self):
        return {layer.name: np.asarray(layer.u) for layer in self.critic.convolutions}


@pytest.fixture(scope="module")
def data(golden):
    return golden("v2/losses_default")


@pytest.fixture
def game(snapshot_v2, data):
    return GoldenGame(snapshot_v2, data)


def recorded_gradients(data, player):
    start = f"grad_{player}__"
    return {
        k[len(start) :].replace("__", "/"): v for k, v in data.items() if k[: len(start)] == start
    }


def farthest(gradients, recorded):
    """The largest difference of each recorded gradient, as a share of its maximum."""
    return {
        name: np.abs(in_bgr(name, gradients[name]) - want).max() / np.abs(want).max()
        for name, want in recorded.items()
    }


def test_generator_losses_and_gradients(data, game):
    output, _ = game.completed()
    for stage, key in zip(output.stages, ("x_stage1", "x_stage2")):
        np.testing.assert_allclose(np.asarray(stage)[..., ::-1], data[key], atol=1e-4)
    terms, gradients = game.generator_gradients()
    values = terms.watching
    l1 = values["raw_coarse_l1"] + values["raw_refined_l1"]
    np.testing.assert_allclose(l1, data["ae_loss"], rtol=1e-5)
    np.testing.assert_allclose(values["raw_patch_adversarial"], data["hinge_g"], atol=1e-6)
    np.testing.assert_allclose(terms.total, data["g_loss"], rtol=1e-5)
    assert set(data["grad_g_names"]) == set(gradients)
    for name, length in zip(data["grad_g_names"], data["grad_g_l2"]):
        np.testing.assert_allclose(tf.norm(gradients[name]), length, rtol=1e-3, err_msg=name)
    recorded = recorded_gradients(data, "g")
    assert len(recorded) == 5
    for name, difference in farthest(gradients, recorded).items():
        assert difference < 1e-3, name


def test_critic_losses_and_gradients(data, game):
    terms, gradients = game.critic_gradients()
    np.testing.assert_allclose(terms.total, data["hinge_d"], rtol=1e-6)
    np.testing.assert_allclose(terms.total, data["d_loss"], rtol=1e-6)
    for key, recorded in (("real", "pos"), ("fake", "neg")):
        want = data[f"score_{recorded}"].mean()
        np.testing.assert_allclose(terms.watching[f"patch_{key}_score"], want, atol=1e-6)
    assert set(data["grad_d_names"]) == set(gradients)
    for name, length in zip(data["grad_d_names"], data["grad_d_l2"]):
        np.testing.assert_allclose(tf.norm(gradients[name]), length, rtol=1e-3, err_msg=name)
    recorded = recorded_gradients(data, "d")
    assert len(recorded) == 5
    for name, difference in farthest(gradients, recorded).items():
        assert difference < 1e-4, name


def as_written(kernel, u):
    """The formula as TensorFlow 2 differentiates it, with the vector that it began with."""

    def unit(x):
        return x / (tf.sqrt(tf.reduce_sum(x**2)) + 1e-12)

    matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
    b = unit(tf.matmul(u, matrix, transpose_b=True)) @ matrix
    new_u = unit(b)
    return kernel / tf.reduce_sum(b * new_u), new_u


@pytest.mark.parametrize("iteration, at_least", [("as_written", 7e-3), ("held", 1.1e-3)])
def test_other_gradients_of_the_iteration_are_not_the_release_s(
    monkeypatch, data, game, iteration, at_least
):
    monkeypatch.setitem(ITERATIONS, "as_written", as_written)
    game.use_iteration(iteration)
    terms, gradients = game.critic_gradients()
    np.testing.assert_allclose(terms.total, data["hinge_d"], rtol=1e-6)
    differences = farthest(gradients, recorded_gradients(data, "d"))
    assert max(differences.values()) > at_least


def test_scores_are_those_of_every_place(data, game):
    view = game.judges[0].view
    _, completed = game.completed()
    both = [view.picture(each, game.batch) for each in (game.batch.image, completed)]
    scores = np.asarray(game.critic(tf.concat(both, axis=0)))
    np.testing.assert_allclose(scores, np.concatenate([data["score_pos"], data["score_neg"]]),
                               atol=1e-5)  # fmt: skip


def check_state(data, game, key, before):
    values = {**plain(game.generator), **trained(plain(game.critic))}
    for name, length in zip(data["step_names"], data[f"{key}_delta_l2"]):
        moved = np.linalg.norm(values[name].numpy().astype(np.float64) - before[name])
        np.testing.assert_allclose(moved, length, rtol=1e-3, err_msg=name)
    for name, value in values.items():
        recorded = data.get(f"{key}__{name.replace('/', '__')}")
        if recorded is not None:
            # Adam's first steps are near the rate times the gradient's sign: where that is near
            # zero an element may go the other way.
            difference = np.abs(in_bgr(name, value) - recorded)
            assert np.mean(difference <= 2e-6) >= 0.999, name


def test_a_step_of_each_player_with_one_optimiser(data, game):
    own, others = plain(game.generator), trained(plain(game.critic))
    adam = Adam([*own.values(), *others.values()], beta_1=0.5, beta_2=0.999)
    steps = Steps(
        game.generator,
        Learner(list(own.values()), adam),
        game.objective,
        game.judges,
        Learner(list(others.values()), adam),
    )

    def state():
        return {name: variable.numpy() for name, variable in {**own, **others}.items()}

    for name, u in game.vectors().items():
        np.testing.assert_array_equal(u, data[f"step_u_before_{name}"])
    before = state()
    steps.update_critic(game.batch, SEED, RATE)
    check_state(data, game, "step_d1", before)
    before = state()
    steps.update_generator(game.batch, SEED, RATE)
    check_state(data, game, "step_d1_g1", before)
    assert int(adam.iterations) == 2
    # Exactly one iteration in each of the two updates.
    for name, u in game.vectors().items():
        np.testing.assert_allclose(u, data[f"step_u_after_d1_g1_{name}"], atol=1e-5)
        assert np.abs(u - data[f"step_u_before_{name}"]).max() > 1e-3
