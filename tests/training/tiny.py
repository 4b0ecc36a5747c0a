"""Games small enough for tests: networks of width 4 on pictures of 64x72."""

import numpy as np
import tensorflow as tf
from seeded import seed_weights
from small_networks import lively

from inpaint_tf.compat import tensorflow_variable
from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
from inpaint_tf.masks.sampler import MaskSampler
from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
from inpaint_tf.models.registry import create_model
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.steps import Learner, Steps
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.types import Batch
from inpaint_tf.weights.variables import named_variables, trained

SIZE, BOX = (64, 72), (32, 24)
WEIGHTS = {
    "coarse_hole_l1": 1.44,
    "refined_hole_l1": 1.2,
    "coarse_known_l1": 1.44,
    "refined_known_l1": 1.2,
    "local_adversarial": 0.001,
    "global_adversarial": 0.001,
    "gradient_penalty": 10.0,
    "total_variation": 0.1,
}
PATCH_WEIGHTS = {"coarse_l1": 1.0, "refined_l1": 1.0, "patch_adversarial": 1.0}


def tiny_batch(count=2, seed=0):
    """Random pictures with drawn holes."""
    image = np.random.default_rng(seed).uniform(-1, 1, [count, *SIZE, 3]).astype(np.float32)
    sample = MaskSampler("box", SIZE, BOX, max_shrink=(4, 3))
    masks, boxes, _ = zip(*[sample(tf.constant([seed, item])) for item in range(count)])
    return Batch(tf.constant(image), tf.stack(masks), tf.stack(boxes))


def plain(model):
    return {name: tensorflow_variable(v) for name, v in named_variables(model).items()}


class TinyGame:
    """Generator, critics and steps, with the same weights each time it is made."""

    def __init__(
        self,
        adversarial="wgan_gp",
        dtype="float32",
        average=None,
        generator="deepfill_v1",
        critics="local_and_global",
        attention=True,
    ):
        seed_weights(1)
        # Fresh gated networks of this size say nothing at all.
        make = {"deepfill_v1": create_model, "deepfill_v2": lively}[generator]
        width = {"width": 4} if make is create_model else {}
        self.generator = make(generator, **width, attention=attention, dtype=dtype)
        scene, loss = Scene(SIZE, BOX, dtype=dtype), ADVERSARIAL_LOSSES[adversarial]
        judges = CRITIC_SETS[critics].make(scene, loss, width=4)
        weights = PATCH_WEIGHTS if critics == "patch" else WEIGHTS
        self.own = plain(self.generator)
        self.others = {k: v for judge in judges for k, v in plain(judge.critic).items()}
        generator, critic = list(self.own.values()), list(trained(self.others).values())
        self.steps = Steps(
            self.generator,
            Learner(generator, Adam(generator)),
            Objective(make_terms(weights, Setting(BOX, 0.99, "box")), weights),
            judges,
            Learner(critic, Adam(critic)),
            average=average,
        )

    def values(self):
        return {name: v.numpy() for name, v in {**self.own, **self.others}.items()}
