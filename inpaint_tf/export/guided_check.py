"""Asks the signatures that take a sketch, and compares their answers with the Inpainter's."""

import numpy as np
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.export.names import ENCODED, EXPLAIN, FEATURES, GUIDED, PIXELS
from inpaint_tf.ops.image import to_float, to_uint8


def guided_differences(signatures, case, inpainter):
    """The largest differences in levels of 255, by signature.

    Args:
        signatures: of a guided network, as written and loaded again.
        case: a `self_check.Case` of a size that `features` takes.
        inpainter: an `Inpainter` of the same network.

    Raises:
        InputError: a sketch changes nothing, or an empty one something.
    """
    sketch = _diagonals(*case.mask.shape)
    expected = inpainter.stages(case.image, case.mask, sketch=sketch)
    if np.array_equal(expected.completed, case.expected.completed):
        raise InputError("the exported model's sketch changes nothing in the completed picture.")
    image, mask, lines = case.image[None], case.mask[None, ..., None], sketch[None, ..., None]
    inputs = {"image": image, "mask": mask, "sketch": lines}
    inputs = {name: tf.constant(value) for name, value in inputs.items()}
    pixels = signatures[PIXELS + GUIDED](**inputs)["completed"][0].numpy()
    explained = signatures[EXPLAIN + GUIDED](**inputs)
    features = signatures[FEATURES + GUIDED](
        image=to_float(image),
        mask=tf.cast(mask >= 128, tf.float32),
        sketch=tf.cast(lines > 0, tf.float32),
    )
    with_sketch, without = _files(signatures[ENCODED + GUIDED], inputs)
    if _levels(without, case.completed):
        raise InputError("the exported model's encoded_guided is not itself without a sketch.")
    completed = inpainter(case.image, case.mask, sketch=sketch)
    return {
        PIXELS + GUIDED: _levels(pixels, completed),
        ENCODED + GUIDED: _levels(with_sketch, completed),
        EXPLAIN + GUIDED: _stages(explained, expected),
        FEATURES + GUIDED: _stages(features, expected),
    }


def _diagonals(height, width):
    """`[H, W]` uint8 lines, 255, through the whole picture."""
    rows, columns = np.mgrid[:height, :width]
    return (((rows + 2 * columns) % 23 < 3) * 255).astype(np.uint8)


def _files(signature, inputs):
    """The completed pictures of `encoded_guided` with the sketch, and with an empty string."""
    image, mask, sketch = (tf.io.encode_png(value[0]).numpy() for value in inputs.values())
    answer = signature(
        image_bytes=tf.constant([image, image]),
        mask_bytes=tf.constant([mask, mask]),
        sketch_bytes=tf.constant([sketch, b""]),
    )
    errors = [error for error in answer["error_bytes"].numpy() if error]
    if errors:
        raise InputError(f"the exported model reports {errors} for encoded sketches.")
    return [tf.io.decode_png(file).numpy() for file in answer["completed_bytes"].numpy()]


def _stages(answer, expected):
    return max(
        _levels(to_uint8(answer[name])[0].numpy(), picture)
        for name, picture in expected.pictures.items()
    )


def _levels(got, expected):
    return int(np.abs(got.astype(int) - expected.astype(int)).max())
