"""The layers that can form the attention branch, by name."""

from typing import Any, NamedTuple

from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.layers.spatial_transformer import SpatialTransformer


class Branch(NamedTuple):
    """The attention branch that a layer is made for.

    channels: int, of its features.
    padding: of the network's convolutions.
    masking, implementation: of `ContextualAttention`.
    dtype: its type or policy; None is Keras's default.
    """

    channels: int
    padding: str
    masking: str
    implementation: str
    dtype: Any


def contextual(branch):
    """The paper's own."""
    return ContextualAttention(
        masking=branch.masking, implementation=branch.implementation, dtype=branch.dtype
    )


def flow(branch):
    """The paper's comparison with appearance flow."""
    return AppearanceFlow(branch.channels, padding_mode=branch.padding, dtype=branch.dtype)


def transformer(branch):
    """The paper's comparison with the spatial transformer."""
    return SpatialTransformer(branch.channels, padding_mode=branch.padding, dtype=branch.dtype)


def none(branch):
    """The paper's baseline: no attention branch."""
    del branch


# Each value is a function of a `Branch` to a layer, or None.
ATTENTIONS = {"contextual": contextual, "flow": flow, "transformer": transformer, "none": none}
_AS_BOOLS = {"contextual": True, "none": False}  # in files, from the beginning


def attention_name(value):
    """The key of `ATTENTIONS` that an option means: the key itself, or true or false.

    Raises:
        ValueError: there is no such attention.
    """
    names = {value: name for name, value in _AS_BOOLS.items()}
    name = names[value] if isinstance(value, bool) else value
    if not isinstance(name, str) or name not in ATTENTIONS:
        raise ValueError(
            f"attention must be one of {', '.join(ATTENTIONS)}, True or False, got {value!r}."
        )
    return name


def attention_option(name):
    """A key of `ATTENTIONS` in the form of weights files, which older versions can read."""
    return _AS_BOOLS.get(name, name)
