"""One export for pictures of one size, LiteRT or ONNX: the file, its check, its card."""

import os
from typing import NamedTuple, Optional

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.export.calibration import cost, read_examples
from inpaint_tf.export.cost import parameters
from inpaint_tf.export.litert import run_litert, to_litert
from inpaint_tf.export.model_card import library_versions, model_card
from inpaint_tf.export.one_size import FixedSizeModule
from inpaint_tf.export.onnx_graph import run_onnx, to_onnx
from inpaint_tf.export.origin import bring_card, origin
from inpaint_tf.export.precision import make_generator
from inpaint_tf.files import replacing

LEAST_LIKENESS = 25.0  # dB, of an int8 file to the network in the holes of pictures


class Format(NamedTuple):
    """A file format.

    title: for people. suffix: of the file.
    convert: function of (model, height, width, precision) to bytes; for int8 also of `examples`.
    run: function of (bytes, image, mask) to the completed picture, by another program than
        TensorFlow's own graph.
    allowed: dict of precision -> levels of 255 by which it may differ from the network in the hole.
    """

    title: str
    suffix: str
    convert: object
    run: object
    allowed: dict


FORMATS = {
    "litert": Format(
        "LiteRT", "tflite", to_litert, run_litert, {"float32": 1, "float16": 4, "int8_weights": 64}
    ),
    "onnx": Format("ONNX", "onnx", to_onnx, run_onnx, {"float32": 1}),
}


class OneSizeSettings(NamedTuple):
    """The settings of a file: a key of `FORMATS`, directory, model's name, (height, width),
    precision, whether to check it, and the source of the pictures for int8."""

    format: str
    directory: str
    name: str
    size: tuple
    precision: str
    checked: bool
    calibration: Optional[str] = None


def export_one_size(weights, source, settings, report):
    """Writes `DIRECTORY/NAME_HxW_PRECISION.SUFFIX` and a card of the same name.

    Args:
        weights: a `Weights`.
        source: dict of name -> text, where the weights come from, for the card.
        settings: a `OneSizeSettings`.
        report: function of a line of text.

    Returns:
        The path of the file.

    Raises:
        InputError: the network does not take this size, or the file cannot be written or computes
            something else than the network. Then nothing is left behind.
    """
    file_format = FORMATS[settings.format]
    where = source.get("file", "the weights")
    model = make_generator(weights, "float32", where)
    _require_size(model, settings.size)
    extra, measured = {}, []
    if settings.calibration:
        examples, measured = read_examples(settings.calibration, settings.size)
        extra = {"examples": [example.inputs for example in examples]}
    content = file_format.convert(model, *settings.size, settings.precision, **extra)
    facts = {"on disk": f"{len(content) / 1e6:.1f} MB", "parameters": f"{parameters(model):,}"}
    if settings.checked and measured:
        facts.update(_cost(model, content, file_format, measured))
    elif settings.checked:
        levels = largest_difference(model, content, settings.size, file_format)
        if levels > file_format.allowed[settings.precision]:
            raise InputError(
                f"the {file_format.title} file differs from the network by {levels} of 255 levels; "
                f"expected at most {file_format.allowed[settings.precision]} with "
                f"{settings.precision}. Nothing is written."
            )
        facts["largest difference to the network"] = f"{levels} of 255 levels"
    height, width = settings.size
    stem = f"{settings.name}_{height}x{width}_{settings.precision}"
    path = os.path.join(settings.directory, f"{stem}.{file_format.suffix}")
    os.makedirs(settings.directory, exist_ok=True)
    sections = {
        "Weights": origin(source, weights.provenance, bring_card(source, settings.directory)),
        "Network": {"model": weights.model, **weights.options, "precision": settings.precision},
        "Signature": {
            "complete": f"image uint8[1, {height}, {width}, 3] RGB, mask uint8[1, {height}, "
            f"{width}, 1], 128 and above is hole -> completed uint8[1, {height}, {width}, 3]"
        },
        "Size": facts,
        "Not in it": "Borrowed detail and pictures of other sizes.",
        "Library versions": library_versions(),
    }
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(content)
    card = model_card({"name": stem, "version": 1, "sections": sections})
    beside = os.path.join(settings.directory, f"{stem}.md")
    with replacing(beside) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(card)
    for name, text in facts.items():
        report(f"{name}: {text}")
    return path


def _cost(model, content, file_format, examples):
    """The loss of an int8 file, for the card.

    Raises:
        InputError: it is too large, or a known pixel has changed.
    """
    to_network, network, file = cost(
        model, lambda image, mask: file_format.run(content, image, mask), examples
    )
    if to_network < LEAST_LIKENESS:
        raise InputError(
            f"the {file_format.title} file is {to_network:.1f} dB from the network in the holes of "
            f"{len(examples)} pictures; expected {LEAST_LIKENESS:.0f} or more. Nothing is written."
        )
    return {
        f"likeness to the network in holes of {len(examples)} pictures": f"{to_network:.1f} dB",
        "PSNR there, network and file": f"{network:.2f} dB and {file:.2f} dB",
    }


def largest_difference(model, content, size, file_format):
    """Levels by which a file and the network differ, for one picture of noise and stripes.

    Raises:
        InputError: a known pixel is not the picture's.
    """
    height, width = size
    random = np.random.default_rng(0)
    image = random.integers(0, 256, [1, height, width, 3], dtype=np.uint8)
    image[:, :, ::4] = 200
    mask = np.zeros([1, height, width, 1], np.uint8)
    mask[:, height // 4 : height // 2, width // 3 : -width // 4] = 255
    expected = FixedSizeModule(model, height, width).complete(image, mask)["completed"].numpy()
    found = file_format.run(content, image, mask)
    hole = mask[..., 0] >= 128
    if not np.array_equal(found[~hole], image[~hole]):
        raise InputError(f"the {file_format.title} file changes known pixels. Nothing is written.")
    return int(np.abs(found.astype(int) - expected)[hole].max())


def _require_size(model, size):
    for name, side in zip(("height", "width"), size):
        if side % model.size_multiple or side < model.smallest_size:
            raise InputError(
                f"--size has a {name} of {side}; expected a multiple of {model.size_multiple}, "
                f"at least {model.smallest_size}."
            )
