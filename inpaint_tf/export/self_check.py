"""Calls a model that was just written, and compares every answer with the Inpainter's."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.export.guided_check import guided_differences
from inpaint_tf.export.names import ENCODED, EXPLAIN, FEATURES, PIXELS
from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.inference.inpainter import Inpainter, Stages
from inpaint_tf.ops.image import to_float, to_uint8
from inpaint_tf.visualization.flow_color import flow_color

# Neither square nor all of them multiples of 8; one of exactly the sizes that `features` takes.
SIZES = ((64, 88), (45, 70), (83, 61))


class Case(NamedTuple):
    """A generated picture with its hole, and what the Inpainter makes of it.

    image: `[H, W, 3]` uint8. mask: `[H, W]` uint8, 255 = hole. expected: `Stages`, of the whole
    computation. completed: `[H, W, 3]`, from only what affects the hole; the two are equal except
    for pixels that lie just between two levels.
    """

    image: np.ndarray
    mask: np.ndarray
    expected: Stages
    completed: np.ndarray


def check(signatures, model, default, exact, working_size="auto"):
    """Compares every signature with the `Inpainter`.

    Args:
        signatures: of the version, as written and loaded again.
        model: the same generator in float32.
        default: name of the signature that must be the default one.
        exact: whether 8-bit results must be equal.
        working_size: as in the `Inpainter`.

    Returns:
        dict of signature -> largest difference, in levels of 255.

    Raises:
        InputError: an answer is wrong.
    """
    try:
        differences = _differences(signatures, model, default, working_size)
    except tf.errors.OpError as error:
        raise InputError(f"the exported model fails: {error.message}") from error
    wrong = [f"{name} by {levels}" for name, levels in differences.items() if levels]
    if exact and wrong:
        raise InputError(
            f"the exported model differs from the Inpainter: {', '.join(wrong)} of 255 levels; "
            "expected no difference. It is removed again; --no_check would keep it."
        )
    return differences


def _differences(signatures, model, default, working_size):
    # A graph has one window around all holes of a large picture.
    inpainter = Inpainter(CompiledGenerator(model), working_size=working_size, grouped=False)
    cases = [_case(inpainter, number, size) for number, size in enumerate(SIZES)]
    large = _large_cases(inpainter)
    named = {**signatures, default: signatures["serving_default"]}
    guided = guided_differences(named, cases[0], inpainter) if model.guided else {}
    return {
        **guided,
        PIXELS: _check_pixels(named[PIXELS], [*cases, *large], inpainter),
        ENCODED: _check_encoded(named[ENCODED], [*cases, *large]),
        EXPLAIN: max(_check_explain(named[EXPLAIN], case) for case in cases),
        FEATURES: _check_features(named[FEATURES], cases[0]),
    }


def _case(inpainter, number, size, explained=True):
    """A picture of waves and noise, and a hole of two rectangles."""
    height, width = size
    random = np.random.default_rng(number)
    rows, columns = np.mgrid[:height, :width]
    waves = np.sin(rows[..., None] / (5, 9, 13) + columns[..., None] / (17, 11, 7))
    image = 127.5 + 90 * waves + random.normal(0, 8, [height, width, 3])
    image = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    mask = np.zeros(size, np.uint8)
    mask[height // 4 : height // 2, width // 3 : 3 * width // 4] = 255
    mask[height // 2 :, width // 8 : width // 4] = 255
    expected = inpainter.stages(image, mask) if explained else None
    return Case(image, mask, expected, inpainter(image, mask))


def _large_cases(inpainter):
    """One low picture that is wide enough for a window, if the model has windows."""
    if inpainter.working_size is None:
        return []
    working, whole = inpainter.working_size
    return [_case(inpainter, len(SIZES), (working // 8, max(working, whole) + 24), explained=False)]


def _check_pixels(signature, cases, inpainter):
    levels = 0
    for case in cases:
        # A batch whose second item has another hole.
        image = np.stack([case.image, case.image])
        mask = np.stack([case.mask, case.mask[::-1]])[..., None]
        answer = signature(image=tf.constant(image), mask=tf.constant(mask))["completed"].numpy()
        _require_known("serving_default", answer, image, mask)
        levels = max(levels, _difference(answer, inpainter(image, mask)))
    return levels


def _check_encoded(signature, cases):
    def png(pixels):
        return tf.io.encode_png(pixels).numpy()

    images = [png(case.image) for case in cases] + [b"no picture"]
    masks = [png(case.mask[..., None]) for case in cases] + [png(cases[0].mask[..., None])]
    answer = signature(image_bytes=tf.constant(images), mask_bytes=tf.constant(masks))
    files, errors = answer["completed_bytes"].numpy(), answer["error_bytes"].numpy()
    if any(errors[:-1]) or files[-1] or not errors[-1].startswith(b"Item %d" % len(cases)):
        raise InputError(f"the exported model reports {list(errors)} for encoded pictures.")
    completed = [tf.io.decode_png(file).numpy() for file in files[:-1]]
    for case, answer in zip(cases, completed):
        _require_known(ENCODED, answer, case.image, case.mask[..., None])
    return max(_difference(a, case.completed) for a, case in zip(completed, cases))


def _check_explain(signature, case):
    answer = signature(
        image=tf.constant(case.image[None]), mask=tf.constant(case.mask[None, ..., None])
    )
    answer = {name: value[0] for name, value in answer.items()}
    expected = case.expected
    pairs = [
        (answer["completed"], expected.completed),
        *((to_uint8(answer[name]), picture) for name, picture in expected.pictures.items()),
    ]
    if expected.offset_colors is not None:
        pairs.append((answer["attention_rgb"], expected.offset_colors))
        if case.image.shape[:2] == SIZES[0]:  # not padded, so the cells are whole
            pairs.append((flow_color(answer["offsets"][None])[0], expected.offset_colors[::8, ::8]))
    return max(_difference(np.asarray(got), expected) for got, expected in pairs)


def _check_features(signature, case):
    answer = signature(
        image=to_float(case.image[None]),
        mask=tf.cast(case.mask[None, ..., None] >= 128, tf.float32),
    )
    return max(
        _difference(to_uint8(answer[name])[0].numpy(), picture)
        for name, picture in case.expected.pictures.items()
    )


def _require_known(name, completed, image, mask):
    if not np.array_equal(np.where(mask < 128, completed, 0), np.where(mask < 128, image, 0)):
        raise InputError(f"the exported model's {name} changes pixels outside the hole.")


def _difference(got, expected):
    return int(np.abs(got.astype(int) - expected.astype(int)).max())
