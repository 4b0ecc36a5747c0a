"""What of a picture reaches the hole through an encoder and a decoder."""

from typing import NamedTuple

from inpaint_tf.models.architecture import input_span, scale_of
from inpaint_tf.ops.spans import Span, sizes


class Reach(NamedTuple):
    """What reaches the hole through an encoder and a decoder; each two `Span`s, rows and columns.

    features: of all the encoder's features, what the decoder must see.
    picture: what the encoder must see for them. The features are exact then, though others that it
        makes near the edges of this part are not.
    encoded: `features` within what the encoder makes of `picture`.
    """

    features: tuple
    picture: tuple
    encoded: tuple


def reaching(encoder, decoder, hole, picture):
    """The `Reach` of a hole, two `Span`s of the picture, through rows of the architecture."""
    scale, sides = scale_of(encoder), sizes(picture, 1, 2)
    needed = tuple(input_span(decoder, span, side // scale) for span, side in zip(hole, sides))
    seen = tuple(input_span(encoder, span, side) for span, side in zip(needed, sides))
    encoded = tuple(
        Span(inner.start - outer.start // scale, inner.size) for inner, outer in zip(needed, seen)
    )
    return Reach(needed, seen, encoded)
