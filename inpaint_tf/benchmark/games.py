"""Generator and critics of each network as its authors trained it, for timing."""

from typing import NamedTuple, Optional


class Game(NamedTuple):
    """How a network is trained.

    weights: of the terms, without those that use another network.
    critics: a name of `models.critic_sets`, or None without critics.
    critic_width: of them, in units of the generator's width.
    adversarial: a name of `losses.adversarial`.
    """

    weights: dict
    critics: Optional[str] = None
    critic_width: float = 0.0
    adversarial: Optional[str] = None


V1_WEIGHTS = {
    "coarse_hole_l1": 1.44,
    "refined_hole_l1": 1.2,
    "coarse_known_l1": 1.44,
    "refined_known_l1": 1.2,
    "gradient_penalty": 10.0,
    "local_adversarial": 0.001,
    "global_adversarial": 0.001,
}
V2_WEIGHTS = {"coarse_l1": 1.0, "refined_l1": 1.0, "patch_adversarial": 1.0}
PARTIAL_CONV_WEIGHTS = {
    "picture_known_l1": 1.0,
    "picture_hole_l1": 6.0,
    "picture_total_variation": 0.1,
}
GAMES = {
    "deepfill_v1": Game(V1_WEIGHTS, "local_and_global", 2, "wgan_gp"),
    "deepfill_v2": Game(V2_WEIGHTS, "patch", 4 / 3, "hinge"),
    "partial_conv_unet": Game(PARTIAL_CONV_WEIGHTS),
}


def steps_of(name, size, box, width, options):
    """The `Steps` of a network of this name, as in its configuration for Places2.

    Args:
        name: a key of `GAMES`.
        size, box: (height, width) of the pictures and of the boxes.
        width: of the generator.
        options: further arguments of `create_model`.
    """
    from inpaint_tf.compat import tensorflow_variable
    from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
    from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
    from inpaint_tf.models.registry import create_model
    from inpaint_tf.training.adam import Adam
    from inpaint_tf.training.objective import Objective
    from inpaint_tf.training.steps import Learner, Steps
    from inpaint_tf.training.terms.registry import make_terms
    from inpaint_tf.training.terms.term import Setting

    def learner(*models):
        variables = [tensorflow_variable(v) for model in models for v in model.trainable_variables]
        return Learner(variables, Adam(variables))

    game = GAMES[name]
    generator = create_model(name, width=width, **options)
    objective = Objective(make_terms(game.weights, Setting(box, 0.9, "box")), game.weights)
    if game.critics is None:
        return Steps(generator, learner(generator), objective)
    scene = Scene(size, box, dtype=options.get("dtype"))
    critics = CRITIC_SETS[game.critics].make(
        scene, ADVERSARIAL_LOSSES[game.adversarial], width=int(game.critic_width * width)
    )
    networks = [judge.critic for judge in critics]
    return Steps(generator, learner(generator), objective, critics, learner(*networks))
