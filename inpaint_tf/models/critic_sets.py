"""Sets of critics by name: which critics judge together, and what each one sees."""

from typing import Callable, NamedTuple

from inpaint_tf.losses.adversarial import AdversarialLoss
from inpaint_tf.models.critics import GlobalCritic, LocalCritic
from inpaint_tf.models.patch_critic import SNPatchCritic
from inpaint_tf.models.views import View, global_view, local_view, marked_view


class Judge(NamedTuple):
    """A critic with its name, its view and its loss.

    name: of its terms.
    critic: a Keras model of what `view` gives; higher scores mean more real.
    view: `View`.
    loss: the `AdversarialLoss` of it and the generator.
    """

    name: str
    critic: Callable
    view: View
    loss: AdversarialLoss


class Scene(NamedTuple):
    """What critics are built for: sizes (height, width), and whether there are sketches."""

    size: tuple
    box_size: tuple
    guided: bool = False
    dtype: str = "float32"


def local_and_global(scene, loss, width=64):
    """The two critics of DeepFill v1.

    Args:
        scene: `Scene`.
        loss: `AdversarialLoss`.
        width: channels of the first convolutions.

    Returns:
        A tuple of `Judge`.
    """
    local_critic = LocalCritic(scene.box_size, width=width, dtype=scene.dtype)
    global_critic = GlobalCritic(scene.size, width=width, dtype=scene.dtype)
    return (
        Judge("local", local_critic, local_view(scene.box_size), loss),
        Judge("global", global_critic, global_view(), loss),
    )


def patch(scene, loss, width=64, iteration="differentiated"):
    """The one critic of DeepFill v2, SN-PatchGAN, which fits pictures of any size.

    Args:
        scene, loss, width, returns: as in `local_and_global`.
        iteration: of `SpectralConv2D`.
    """
    channels = 5 if scene.guided else 4
    critic = SNPatchCritic(width, channels, iteration, dtype=scene.dtype)
    return (Judge("patch", critic, marked_view(), loss),)


class CriticSet(NamedTuple):
    """A set of critics.

    names: of the critics, in order.
    make: function of (scene, loss, options...) to as many `Judge`s.
    """

    names: tuple
    make: Callable


# The keyword arguments of the functions are the options allowed in `critics.options`.
CRITIC_SETS = {
    "local_and_global": CriticSet(("local", "global"), local_and_global),
    "patch": CriticSet(("patch",), patch),
}
