"""The authors' networks, recognised by their TensorFlow 1 checkpoints."""

from typing import Callable, NamedTuple

from inpaint_tf.models.critics import GLOBAL_CHANNELS, KERNEL, LOCAL_CHANNELS
from inpaint_tf.models.patch_critic import SCOPE, SNPatchCritic
from inpaint_tf.weights.fit import shapes_of

FIRST, SECOND = "inpaint_net/conv1/kernel", "inpaint_net/xconv1/kernel"  # of the two stages


class Original(NamedTuple):
    """One of the authors' networks.

    title: its name.
    second_channels: the number of channels that its second stage sees, which identifies it.
    options: function of the checkpoint's shapes by name to options of `create_model`.
    critic_shapes: function of the checkpoint's shapes by name to those that critics should have.
    """

    title: str
    second_channels: int
    options: Callable
    critic_shapes: Callable


def recognize(shapes):
    """The name, a key of `ORIGINALS`, of the network with these shapes.

    A checkpoint that fits none is taken for DeepFill v1; missing parts are reported later.
    """
    channels = shapes.get(SECOND, (0, 0, 0))[2:3]
    found = (name for name, each in ORIGINALS.items() if channels == (each.second_channels,))
    return next(found, "deepfill_v1")


def _v1_options(shapes):
    return {"width": shapes[FIRST][-1], "padding": "same", "attention": True}


def _v2_options(shapes):
    guided = shapes[FIRST][2:3] == (6,)  # picture, sketch, ones, mask
    return {"width": shapes[FIRST][-1], "padding": "same", "guided": guided, "attention": True}


def _v1_critic_shapes(shapes):
    """The linear layers of the two critics depend on the picture's size."""
    expected = {}
    for name, multiples in (("local", LOCAL_CHANNELS), ("global", GLOBAL_CHANNELS)):
        scope = f"discriminator/discriminator_{name}"
        width = shapes.get(f"{scope}/conv1/kernel", (64,))[-1]
        in_channels = 3
        for number, multiple in enumerate(multiples, 1):
            channels = width * multiple // 64
            expected[f"{scope}/conv{number}/kernel"] = (KERNEL, KERNEL, in_channels, channels)
            expected[f"{scope}/conv{number}/bias"] = (channels,)
            in_channels = channels
        linear = f"discriminator/dout_{name}_fc"
        inputs = shapes.get(f"{linear}/kernel", (0,))[0]
        # For pictures of any size, all features are flattened.
        inputs = max(inputs // in_channels, 1) * in_channels
        expected[f"{linear}/kernel"] = (inputs, 1)
        expected[f"{linear}/bias"] = (1,)
    return expected


def _v2_critic_shapes(shapes):
    width = shapes.get(f"{SCOPE}/conv1/kernel", (64,))[-1]
    in_channels = 5 if _v2_options(shapes)["guided"] else 4
    return shapes_of(lambda: SNPatchCritic(width, in_channels=in_channels))


ORIGINALS = {
    "deepfill_v1": Original("DeepFill v1", 5, _v1_options, _v1_critic_shapes),
    "deepfill_v2": Original("DeepFill v2", 3, _v2_options, _v2_critic_shapes),
}
