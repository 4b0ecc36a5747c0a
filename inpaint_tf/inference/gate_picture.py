"""The gates of a network for one picture, to look at."""

import os

import numpy as np
import tensorflow as tf

from inpaint_tf.inference.arrays import as_pictures
from inpaint_tf.ops.image import to_float
from inpaint_tf.ops.padding import extend, padded_size
from inpaint_tf.visualization.gate_sheet import gate_sheet


def gates_path(output):
    """Where the gates of an output go: `NAME_gates.png` beside it."""
    return os.path.splitext(os.fspath(output))[0] + "_gates.png"


def gate_picture(model, image, hole, lines=None):
    """The gates of all layers, each beside the mask that a partial convolution would have there.

    Args:
        model: a generator; one with gated convolutions has `gates`.
        image: `[H, W]` or `[H, W, 3]` uint8 or uint16.
        hole: `[H, W]` bool.
        lines: `[H, W]` bool, the sketch of a guided network, or None.

    Returns:
        `[rows, columns, 3]` uint8, see `visualization.gate_sheet`; None where nothing is gated.
    """
    gates = getattr(model, "gates", None)
    if gates is None:
        return None
    color = to_float(as_pictures(image).color)
    height, width = hole.shape
    size = [padded_size(side, model.size_multiple, model.smallest_size) for side in (height, width)]
    masks = [tf.constant(each[None, ..., None], tf.float32) for each in (hole, lines) if
             each is not None]  # fmt: skip
    maps = gates(*(extend(each, *size) for each in (color, *masks)))

    def own(x):  # without what was added at the bottom and at the right
        rows, columns = (-(-side * n // whole) for side, n, whole in
                         zip((height, width), x.shape[1:3], size))  # fmt: skip
        return np.asarray(x)[0, :rows, :columns, 0]

    shown = [(each.name, own(each.gate), own(each.known)) for each in maps]
    return gate_sheet(shown, (height, width))
