"""The gates of a network for one picture, for display."""

import os

from inpaint_tf.inference.arrays import as_pictures


def gates_path(output):
    """The path of an output's gates: `NAME_gates.png` beside it."""
    return os.path.splitext(os.fspath(output))[0] + "_gates.png"


def gate_picture(model, image, hole, lines=None):
    """The gates of all layers, each beside the mask of a partial convolution in its stead.

    Args:
        model: a generator; one with gated convolutions has `gates`.
        image: `[H, W]` or `[H, W, 3]` uint8 or uint16.
        hole: `[H, W]` bool.
        lines: `[H, W]` bool, the sketch of a guided network, or None.

    Returns:
        `[rows, columns, 3]` uint8, see `visualization.gate_sheet`; None if nothing is gated.
    """
    if getattr(model, "gates", None) is None:
        return None
    # TensorFlow, which commands import in their own way and at their own time.
    from inpaint_tf.inference.any_size import gates_any_size
    from inpaint_tf.ops.image import to_float
    from inpaint_tf.visualization.gate_sheet import gate_sheet

    color = to_float(as_pictures(image).color)
    hole, lines = (None if each is None else each[None, ..., None] for each in (hole, lines))
    maps = gates_any_size(model, color, hole, lines)
    shown = [(each.name, each.gate[0, ..., 0], each.known[0, ..., 0]) for each in maps]
    return gate_sheet(shown, image.shape[:2])
