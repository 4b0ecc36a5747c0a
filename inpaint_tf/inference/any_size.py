"""Pictures of any size through a generator: padded by mirroring, run, cropped.

Arrays and exported graphs both use these functions.
"""

import tensorflow as tf

from inpaint_tf.models.gates import GateMap
from inpaint_tf.ops.padding import extend, padded_size
from inpaint_tf.ops.spans import sizes


def run_any_size(model, image, hole, lines=None):
    """The whole output of the network.

    Args:
        model: a generator, which says how large its inputs must be.
        image: `[B, H, W, 3]` float32 in [-1, 1].
        hole: `[B, H, W, 1]` bool, one per item.
        lines: `[B, H, W, 1]` bool, sketches for a guided network, or None.

    Returns:
        `Inpainting` with stages of the image's size; `offsets` are those of the padded picture.
    """
    output = model(*_padded(model, image, hole, lines))
    return output._replace(stages=tuple(_cropped(stage, image) for stage in output.stages))


def complete_any_size(model, image, hole, lines=None, with_offsets=False):
    """The completed picture alone, `[B, H, W, 3]` in [-1, 1]; arguments as in `run_any_size`.

    With `with_offsets`, also the offsets of the padded picture, or None without attention.
    """
    padded = _padded(model, image, hole, lines)
    if not with_offsets:
        return _cropped(model.complete(*padded), image)
    completed, offsets = model.complete(*padded, with_offsets=True)
    return _cropped(completed, image), offsets


def gates_any_size(model, image, hole, lines=None):
    """The `GateMap`s of a network with gates, cropped to the image; not in graphs."""
    padded = _padded(model, image, hole, lines)
    height, width = image.shape[1:3]
    whole = padded[0].shape[1:3]

    def own(x):
        rows, columns = (
            -(-side * count // all_of_it)
            for side, count, all_of_it in zip((height, width), x.shape[1:3], whole)
        )
        return x[:, :rows, :columns]

    return [GateMap(each.name, own(each.gate), own(each.known)) for each in model.gates(*padded)]


def _padded(model, image, hole, lines):
    """Image, mask and sketch, if there is one, in the form that the network takes."""
    size = [
        padded_size(side, model.size_multiple, model.smallest_size) for side in sizes(image, 1, 2)
    ]
    drawn = [hole] if lines is None else [hole, lines]
    return (extend(image, *size), *(extend(tf.cast(each, tf.float32), *size) for each in drawn))


def _cropped(picture, image):
    height, width = sizes(image, 1, 2)
    return picture[:, :height, :width]
