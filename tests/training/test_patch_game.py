"""Any adversary with any generator: v1's generator against SN-PatchGAN, and a guided v2."""

import numpy as np
import pytest
import tensorflow as tf
from seeded import seed_weights
from tiny import BOX, SIZE, plain, tiny_batch

from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
from inpaint_tf.models.registry import create_model
from inpaint_tf.ops.spectral import normalize_spectrum
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.average import MovingAverage
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.steps import Learner, Steps
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.weights.variables import trained

WEIGHTS = {"coarse_l1": 1.0, "refined_l1": 1.0, "patch_adversarial": 0.5}
RATE, SEED = tf.constant(1e-3), tf.constant([3, 0])


class PatchGame:
    """A generator by name against the patch critic."""

    def __init__(self, name, **options):
        seed_weights(1)
        self.generator = create_model(name, width=4, **options)
        scene = Scene(SIZE, BOX, guided=self.generator.guided)
        judges = CRITIC_SETS["patch"].make(scene, ADVERSARIAL_LOSSES["hinge"], width=4)
        self.critic = judges[0].critic
        self.own, self.others = plain(self.generator), plain(self.critic)
        own, critic = list(self.own.values()), list(trained(self.others).values())
        self.steps = Steps(
            self.generator,
            Learner(own, Adam(own)),
            Objective(make_terms(WEIGHTS, Setting(BOX)), WEIGHTS),
            judges,
            Learner(critic, Adam(critic)),
        )

    def values(self):
        return {name: v.numpy() for name, v in {**self.own, **self.others}.items()}


@pytest.mark.parametrize("name", ["deepfill_v1", "deepfill_v2"])
@pytest.mark.parametrize("player", ["critic", "generator"])
def test_one_power_iteration_a_step(name, player):
    game = PatchGame(name)
    before = game.values()
    update = getattr(game.steps, f"update_{player}")
    if name == "deepfill_v2":  # one network will do for the compiled form
        update = tf.function(update, autograph=False)
    terms = update(tiny_batch(), SEED, RATE)
    after = game.values()
    own = set(game.own if player == "generator" else trained(game.others))
    moved = {key for key, value in after.items() if (value != before[key]).any()}
    vectors = {key for key in game.others if key.endswith("/u")}
    assert len(vectors) == 6 and moved == own | vectors
    for key in vectors:
        kernel = before[key.replace("kernel_sn/u", "kernel")]
        _, once = normalize_spectrum(tf.constant(kernel), tf.constant(before[key]))
        np.testing.assert_allclose(after[key], once, atol=1e-5)
    if player == "generator":
        total = sum(float(terms[f"generator/{key}"]) for key in WEIGHTS)
        np.testing.assert_allclose(total, float(terms["generator/loss"]), rtol=1e-5)
        half = float(terms["generator/raw_patch_adversarial"]) / 2
        np.testing.assert_allclose(half, float(terms["generator/patch_adversarial"]), rtol=1e-5)
    else:
        assert {"critic/patch_critic", "critic/patch_real_score"} <= set(terms)
        assert "critic/patch_penalty" not in terms


def test_l1_is_that_of_the_whole_picture():
    game = PatchGame("deepfill_v2")
    batch = tiny_batch()
    output = game.generator(batch.image, batch.mask)
    terms = game.steps.update_generator(batch, SEED, RATE)
    for stage in ("coarse", "refined"):
        want = np.abs(getattr(output, stage) - batch.image).mean()
        np.testing.assert_allclose(float(terms[f"generator/raw_{stage}_l1"]), want, rtol=1e-5)


def test_a_guided_game_sees_the_sketch_in_the_hole_alone():
    batch = tiny_batch()
    lines = np.random.default_rng(5).integers(0, 2, [2, *SIZE, 1]).astype(np.float32)
    losses = []
    for sketch in (lines, lines * batch.mask, lines * 0):
        game = PatchGame("deepfill_v2", guided=True)
        drawn = batch._replace(sketch=tf.constant(sketch))
        terms = [game.steps.update_critic(drawn, SEED, RATE)["critic/loss"]]
        terms.append(game.steps.update_generator(drawn, SEED, RATE)["generator/loss"])
        losses.append([float(term) for term in terms])
    assert losses[0] == losses[1]
    assert losses[0][0] != losses[2][0] and losses[0][1] != losses[2][1]


def test_a_memory_is_copied_into_the_average_not_mixed():
    learning = [tf.Variable(1.0), tf.Variable(1.0, trainable=False)]
    averages = [tf.Variable(0.0), tf.Variable(0.0, trainable=False)]
    average = MovingAverage(learning, averages, 0.5)
    for variable in learning:
        variable.assign(3.0)
    average()
    assert float(averages[1]) == 3.0 and 1.0 < float(averages[0]) < 3.0
