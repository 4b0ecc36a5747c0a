"""One export to LiteRT: the file, its check, its card."""

import os
from typing import NamedTuple

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.export.cost import parameters
from inpaint_tf.export.litert import FixedSizeModule, run_litert, to_litert
from inpaint_tf.export.model_card import library_versions, model_card
from inpaint_tf.export.precision import make_generator
from inpaint_tf.files import replacing

# Levels of 255 by which a file may differ from the network in the hole.
ALLOWED = {"float32": 1, "float16": 4, "int8_weights": 64}


class LiteRTSettings(NamedTuple):
    """What is asked for: directory, model's name, (height, width), precision, whether to check."""

    directory: str
    name: str
    size: tuple
    precision: str
    checked: bool


def export_litert(weights, source, settings, report):
    """Writes `DIRECTORY/NAME_HxW_PRECISION.tflite` and a card of the same name.

    Args:
        weights: a `Weights`.
        source: dict of name -> text, where the weights come from, for the card.
        settings: a `LiteRTSettings`.
        report: function of a line of text.

    Returns:
        The path of the file.

    Raises:
        InputError: the size is none that the network takes, or the file cannot be written, or
            does not compute what the network does. Then nothing is left behind.
    """
    where = source.get("file", "the weights")
    model = make_generator(weights, "float32", where)
    _require_size(model, settings.size)
    content = to_litert(model, *settings.size, settings.precision)
    facts = {"on disk": f"{len(content) / 1e6:.1f} MB", "parameters": f"{parameters(model):,}"}
    if settings.checked:
        levels = largest_difference(model, content, settings.size)
        if levels > ALLOWED[settings.precision]:
            raise InputError(
                f"the LiteRT file differs from the network by {levels} of 255 levels; expected at "
                f"most {ALLOWED[settings.precision]} with {settings.precision}. Nothing is written."
            )
        facts["largest difference to the network"] = f"{levels} of 255 levels"
    height, width = settings.size
    stem = f"{settings.name}_{height}x{width}_{settings.precision}"
    path = os.path.join(settings.directory, f"{stem}.tflite")
    sections = {
        "Weights": {**source, **{k: str(v) for k, v in weights.provenance.items()}},
        "Network": {"model": weights.model, **weights.options, "precision": settings.precision},
        "Signature": {
            "complete": f"image uint8[1, {height}, {width}, 3] RGB, mask uint8[1, {height}, "
            f"{width}, 1], 128 and above is hole -> completed uint8[1, {height}, {width}, 3]"
        },
        "Size": facts,
        "Not in it": "Borrowed detail and pictures of other sizes.",
        "Library versions": library_versions(),
    }
    os.makedirs(settings.directory, exist_ok=True)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(content)
    card = model_card({"name": stem, "version": 1, "sections": sections})
    beside = os.path.join(settings.directory, f"{stem}.md")
    with replacing(beside) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(card)
    for name, text in facts.items():
        report(f"{name}: {text}")
    return path


def largest_difference(model, content, size):
    """Levels by which a LiteRT file and the network differ, for one picture of noise and stripes.

    Raises:
        InputError: a known pixel is not the picture's.
    """
    height, width = size
    random = np.random.default_rng(0)
    image = random.integers(0, 256, [1, height, width, 3], dtype=np.uint8)
    image[:, :, ::4] = 200
    mask = np.zeros([1, height, width, 1], np.uint8)
    mask[:, height // 4 : height // 2, width // 3 : -width // 4] = 255
    wanted = FixedSizeModule(model, height, width).complete(image, mask)["completed"].numpy()
    found = run_litert(content, image, mask)
    hole = mask[..., 0] >= 128
    if not np.array_equal(found[~hole], image[~hole]):
        raise InputError("the LiteRT file changes known pixels. Nothing is written.")
    return int(np.abs(found.astype(int) - wanted)[hole].max())


def _require_size(model, size):
    for name, side in zip(("height", "width"), size):
        if side % model.size_multiple or side < model.smallest_size:
            raise InputError(
                f"--size has a {name} of {side}; expected a multiple of {model.size_multiple}, "
                f"at least {model.smallest_size}."
            )
