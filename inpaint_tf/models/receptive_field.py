"""Computing only what affects the hole through an encoder and a decoder."""

from inpaint_tf.models.architecture import input_span, output_span, scale_of
from inpaint_tf.ops.spans import Span, crop, place, sizes


def needed_features(encoder, decoder, hole_box, picture):
    """The features that a decoder needs for the hole.

    Args:
        encoder, decoder: rows of the architecture.
        hole_box: (rows, columns), two `Span`s of the picture.
        picture: `[B, H, W, C]`.

    Returns:
        Two `Span`s of the features.
    """
    scale, sides = scale_of(encoder), sizes(picture, 1, 2)
    return tuple(input_span(decoder, span, side // scale) for span, side in zip(hole_box, sides))


def encode(stack, encoder, picture, needed):
    """Some of the features, exactly, from only that part of the picture that they depend on.

    The part that is computed shrinks before each dilated row, so wrong values at its edges never
    reach the features.

    Args:
        stack: `ConvolutionStack` that begins with the rows `encoder`.
        picture: `[B, H, W, C]`.
        needed: (rows, columns), two `Span`s of the features.

    Returns:
        `[B, needed[0].size, needed[1].size, C']`.
    """
    dilated = [number for number, row in enumerate(encoder) if row.dilation > 1]
    sides, first, x = sizes(picture, 1, 2), 0, picture
    given = tuple(Span(0, side) for side in sides)
    for last in [*dilated, len(encoder)]:
        rows, rest = encoder[first:last], encoder[first:]
        support = tuple(input_span(rest, span, side) for span, side in zip(needed, sides))
        x = stack(crop(x, *_inside(support, given)), first=first, last=last)
        scale = scale_of(rows)
        sides = tuple(side // scale for side in sides)
        given = tuple(Span(span.start // scale, span.size // scale) for span in support)
        first = last
    return crop(x, *_inside(needed, given))


def _inside(support, given):
    """`support` as part of `given`, each two `Span`s."""
    return tuple(
        Span(inner.start - outer.start, inner.size) for inner, outer in zip(support, given)
    )


def whole_picture(window, rows, spans, picture):
    """The decoded window in a picture of the size of `picture`, zeros elsewhere."""
    return place(window, *(output_span(rows, span) for span in spans), *sizes(picture, 1, 2))
