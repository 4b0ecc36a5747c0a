"""What may stand in the attention branch, by name."""

from typing import Any, NamedTuple

from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.layers.spatial_transformer import SpatialTransformer


class Place(NamedTuple):
    """Where an attention layer stands.

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


def contextual(place):
    """The paper's own."""
    return ContextualAttention(
        masking=place.masking, implementation=place.implementation, dtype=place.dtype
    )


def flow(place):
    """The paper's comparison with appearance flow."""
    return AppearanceFlow(place.channels, mirror=place.padding, dtype=place.dtype)


def transformer(place):
    """The paper's comparison with the spatial transformer."""
    return SpatialTransformer(place.channels, mirror=place.padding, dtype=place.dtype)


def none(place):
    """The paper's baseline: no attention branch."""
    del place


# Each value is a function of a `Place` to a layer, or None.
ATTENTIONS = {"contextual": contextual, "flow": flow, "transformer": transformer, "none": none}
_AS_BOOLS = {"contextual": True, "none": False}  # how files have told them from the beginning


def attention_name(value):
    """The key of `ATTENTIONS` that an option means: the key itself, or true or false.

    Raises:
        ValueError: there is no such attention.
    """
    names = {told: name for name, told in _AS_BOOLS.items()}
    name = names[value] if isinstance(value, bool) else value
    if not isinstance(name, str) or name not in ATTENTIONS:
        raise ValueError(
            f"attention must be one of {', '.join(ATTENTIONS)}, True or False, got {value!r}."
        )
    return name


def attention_option(name):
    """A key of `ATTENTIONS` as weights files tell it, which older versions can read."""
    return _AS_BOOLS.get(name, name)
