"""Whole updates against the original's: Adam shared by both players, and one for each."""

import numpy as np
import pytest
import tensorflow as tf
from golden_steps import GoldenSetting, in_bgr

from inpaint_tf.ops.image import composite, masked_image
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.replicas import compiled
from inpaint_tf.training.steps import Learner, Steps

RATE = 1e-4


class Game:
    """The golden networks with optimisers, and the recorded state before the last sub-step."""

    def __init__(self, snapshot, data, shared):
        self.setting = GoldenSetting(snapshot, data)
        own = list(self.setting.generator_variables.values())
        critics = list(self.setting.critic_variables.values())
        adam = Adam(own + critics if shared else own)
        self.steps = Steps(
            self.setting.generator,
            Learner(own, adam),
            self.setting.objective,
            self.setting.critics,
            Learner(critics, adam if shared else Adam(critics)),
            draw_alphas=lambda seed, batch, count: self.setting.alphas,
        )
        self.update_critic = self.steps.update_critic
        self.update_generator = self.steps.update_generator

    def compile(self):
        """Updates in graphs from now on."""
        self.update_critic = compiled(None, xla=False)(self.update_critic)
        self.update_generator = compiled(None, xla=False)(self.update_generator)

    def state(self):
        """All variables, those of the optimisers too."""
        slots = [
            learner.optimizer.named("") for learner in (self.steps.generator, self.steps.critic)
        ]
        own = self.setting.generator_variables, self.setting.critic_variables
        return [variable for named in (*own, *slots) for variable in named.values()]

    def play(self, update):
        self.before = self.values()
        update(self.setting.batch, tf.constant([0, 0]), tf.constant(RATE))

    def values(self):
        named = {**self.setting.generator_variables, **self.setting.critic_variables}
        return {name: variable.numpy() for name, variable in named.items()}

    def losses(self):
        batch, setting = self.setting.batch, self.setting
        output = setting.generator(masked_image(batch.image, batch.mask), batch.mask)
        terms = setting.objective.generator_terms(setting.critics, batch, output)
        raw = terms.watching
        completed = composite(output.refined, batch.image, batch.mask)
        critic = setting.objective.critic_terms(setting.critics, batch, completed, setting.alphas)
        return {
            "l1_loss": 1.2 * raw["raw_coarse_hole_l1"] + raw["raw_refined_hole_l1"],
            "ae_loss": 1.2 * raw["raw_coarse_known_l1"] + raw["raw_refined_known_l1"],
            "g_loss": terms.total,
            "d_loss": critic.total,
            "gp_loss": critic.losses["local_penalty"] + critic.losses["global_penalty"],
        }


def check(game, data, sequence, after_critics):
    """Compares the state with the recorded one, within the recorded data's own tolerances."""
    values = game.values()
    loose = 5e-3 if "d5" in sequence else 1e-3
    for name, length in zip(data["names"], data[f"{sequence}__delta_l2"]):
        moved = np.linalg.norm(values[name].astype(np.float64) - game.before[name])
        if length == 0:
            assert moved == 0 or name.endswith("fc/bias"), name
            continue
        if name.endswith("fc/bias"):
            continue  # its gradient is exactly zero, and Adam makes rounding errors into steps
        np.testing.assert_allclose(moved, length, rtol=loose, err_msg=name)
        recorded = data.get(f"{sequence}__{name.replace('/', '__')}")
        if recorded is not None:
            difference = np.abs(in_bgr(name, values[name]) - recorded)
            if after_critics == 1:
                assert np.mean(difference <= 2e-6) >= 0.999, name
            elif name.startswith("discriminator") and name.endswith("bias"):
                assert difference.max() <= 2e-4, name
            else:
                assert np.mean(difference <= 5e-6) >= 0.99, name
    for name, value in game.losses().items():
        np.testing.assert_allclose(value, data[f"{sequence}__after_{name}"], rtol=1e-3)


@pytest.fixture(scope="module")
def started(golden, snapshot):
    """A game that is compiled once, and the values of all variables at its start."""
    game = Game(snapshot, golden("v1_train_step/train_step"), shared=True)
    game.compile()
    return game, [(variable, variable.numpy()) for variable in game.state()]


@pytest.mark.parametrize("critic_updates", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_shared_optimiser(golden, started, critic_updates):
    data = golden("v1_train_step/train_step")
    game, before = started
    for variable, value in before:
        variable.assign(value)
    start = game.values()
    for _ in range(critic_updates):
        game.play(game.update_critic)
    game.before = start
    check(game, data, f"shared_opt_d{critic_updates}", critic_updates)
    game.play(game.update_generator)
    check(game, data, f"shared_opt_d{critic_updates}_g1", critic_updates)
    t = int(game.steps.critic.optimizer.iterations) + 1
    powers = data[f"shared_opt_d{critic_updates}_g1__beta_powers"]
    np.testing.assert_allclose([0.5**t, 0.9**t], powers, rtol=1e-5)


def test_separate_optimisers(golden, snapshot):
    data = golden("v1_train_step/train_step")
    game = Game(snapshot, data, shared=False)
    game.play(game.update_critic)
    game.play(game.update_generator)
    check(game, data, "separate_opt_d1_g1", 1)
