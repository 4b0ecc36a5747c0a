"""The package's updates for your own generator and training loop."""

from inpaint_tf.compat import tensorflow_variable
from inpaint_tf.losses.adversarial import ADVERSARIAL_LOSSES
from inpaint_tf.models.critic_sets import CRITIC_SETS, Scene
from inpaint_tf.training.adam import Adam
from inpaint_tf.training.objective import Objective
from inpaint_tf.training.steps import Learner, Steps
from inpaint_tf.training.terms.registry import TERMS, make_terms
from inpaint_tf.training.terms.term import Setting
from inpaint_tf.weights.variables import named_variables, trained

ADAM = (0.5, 0.9, 1e-8)  # beta_1, beta_2, epsilon of the authors' configuration


def make_game(
    generator, size, box_size, weights, critics="local_and_global", adversarial="wgan_gp", adam=ADAM
):
    """A generator, fresh critics, their optimizers and the loss, ready for a loop.

    Args:
        generator: as `create_model` gives.
        size: (height, width) of the pictures.
        box_size: (height, width) of the box around the hole that the local critic sees.
        weights: dict of a term's name -> its weight: keys of `training.terms.registry.TERMS`,
            "NAME_adversarial" for every critic, "gradient_penalty".
        critics: key of `models.critic_sets.CRITIC_SETS`.
        adversarial: key of `losses.adversarial.ADVERSARIAL_LOSSES`.
        adam: (beta_1, beta_2, epsilon) of generator and critics.

    Returns:
        `training.steps.Steps`, whose `update_critic`, `update_generator` and, without critics,
        `update_reconstruction` take (batch, seed, learning_rate) and return named scalars.

    Raises:
        ValueError: a name is unknown, or a term needs a frozen network, which only configurations
            can name.
    """
    known = {"critics": (critics, CRITIC_SETS), "adversarial": (adversarial, ADVERSARIAL_LOSSES)}
    for argument, (name, choices) in known.items():
        if name not in choices:
            raise ValueError(f"{argument} must be one of {', '.join(choices)}, got {name!r}.")
    names = [*TERMS, *(f"{n}_adversarial" for n in CRITIC_SETS[critics].names), "gradient_penalty"]
    for name in weights:
        if name not in names:
            raise ValueError(f"weights has no {name!r}; expected some of {', '.join(names)}.")
    terms = make_terms(weights, Setting(tuple(box_size)))
    for name, term in terms.items():
        if term.frozen:
            raise ValueError(f"The term {name!r} needs {', '.join(term.frozen)}, a frozen network.")
    scene = Scene(tuple(size), tuple(box_size), generator.guided, generator.dtype_policy.name)
    judges = CRITIC_SETS[critics].make(scene, ADVERSARIAL_LOSSES[adversarial])
    return Steps(
        generator,
        _learner([generator], adam),
        Objective(terms, weights),
        judges,
        _learner([judge.critic for judge in judges], adam),
    )


def _learner(models, adam):
    variables = [
        tensorflow_variable(variable)
        for model in models
        for variable in trained(named_variables(model)).values()
    ]
    return Learner(variables, Adam(variables, *adam))
