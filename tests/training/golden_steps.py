"""The golden networks, objective and batch, as the recorded programs had them."""

import json

import numpy as np
import tensorflow as tf

from inpaint_tf.compat import tensorflow_variable
from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.terms.registry import make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.types import Batch
from inpaint_tf.weights.color_order import flip_color_order
from inpaint_tf.weights.load import load_model, read_weights
from inpaint_tf.weights.variables import assign_arrays, named_variables


class GoldenSetting:
    """Networks with the golden weights and the recorded configuration."""

    def __init__(self, snapshot, data):
        self.recorded = json.loads(str(data["config"]))
        height, width = self.recorded["IMG_SHAPES"][:2]
        self.box_size = (self.recorded["HEIGHT"], self.recorded["WIDTH"])
        self.generator = load_model(snapshot, padding=self.recorded["PADDING"].lower())
        scene, loss = Scene((height, width), self.box_size), ADVERSARIAL_LOSSES["wgan_gp"]
        self.critics = CRITIC_SETS["local_and_global"].make(scene, loss)
        self.models = [judge.critic for judge in self.critics]
        arrays = read_weights(snapshot).arrays
        for critic in self.models:
            assign_arrays(critic, arrays, "snapshot")
        self.generator_variables = plain(self.generator)
        self.critic_variables = {**plain(self.models[0]), **plain(self.models[1])}
        self.objective = self._objective()
        count = len(data["batch_u8"])
        self.batch = Batch(
            tf.constant(data["batch_u8"][..., ::-1] / np.float32(127.5) - 1),
            tf.constant(np.repeat(data["mask"], count, axis=0)),
            tf.constant(np.tile(data["bbox"], [count, 1])),
        )
        self.alphas = [tf.constant(data["alpha_local"]), tf.constant(data["alpha_global"])]

    def _objective(self):
        config = self.recorded
        hole, known = config["L1_LOSS_ALPHA"], config["AE_LOSS_ALPHA"] * config["AE_LOSS"]
        coarse = config["COARSE_L1_ALPHA"]
        # Coarse pre-training reports the adversarial terms, but does not minimise them.
        gan = 0.0 if config["PRETRAIN_COARSE_NETWORK"] else config["GAN_LOSS_ALPHA"]
        weights = {
            "coarse_hole_l1": hole * coarse,
            "refined_hole_l1": hole,
            "coarse_known_l1": known * coarse,
            "refined_known_l1": known,
            "local_adversarial": gan,
            "global_adversarial": gan * config["GLOBAL_WGAN_LOSS_ALPHA"],
            "gradient_penalty": config["WGAN_GP_LAMBDA"],
            "total_variation": 0.0,
        }
        discount = config["SPATIAL_DISCOUNTING_GAMMA"] if config["DISCOUNTED_MASK"] else 1.0
        return Objective(make_terms(weights, Setting(self.box_size, discount, "box")), weights)


def plain(model):
    """Variables by name, as tf.Variables."""
    return {name: tensorflow_variable(v) for name, v in named_variables(model).items()}


def in_bgr(name, array):
    """One of our arrays as the original, which works in BGR, would have it."""
    return flip_color_order({name: np.asarray(array)})[name]
