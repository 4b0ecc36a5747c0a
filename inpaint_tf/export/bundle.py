"""One export: the SavedModel and the files beside it."""

import os
from typing import NamedTuple, Optional

import tensorflow as tf

from inpaint_tf.export.before import changed_default
from inpaint_tf.export.cost import convolution_gflops, parameters, patches
from inpaint_tf.export.guided import GuidedInpaintingModule
from inpaint_tf.export.model_card import library_versions, model_card
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.names import DEFAULT, ENCODED, PIXELS
from inpaint_tf.export.origin import bring_card, origin
from inpaint_tf.export.precision import make_generator
from inpaint_tf.export.self_check import check
from inpaint_tf.export.serving_files import (
    BATCHING,
    BATCHING_TEXT,
    COMMANDS,
    CONFIG,
    MONITORING,
    MONITORING_TEXT,
    docker_commands,
    models_config,
)
from inpaint_tf.export.staging import BESIDE, VERSION, staged, writing
from inpaint_tf.export.warmup import write_warmup
from inpaint_tf.layers.contextual_attention import ContextualAttention

SIZES_TOLD = ((256, 256), (512, 512), (1024, 1024))


class Settings(NamedTuple):
    """The settings of an export.

    directory: of the model. name: the model's, on the server. version: int.
    default_signature: "pixels" or "encoded". precision: one of `PRECISIONS`.
    warmup_sizes: (height, width) tuples. max_pixels: as in `InpaintingModule`.
    checked: whether the export is to check itself. detail: whether completed pictures get borrowed
    detail, None follows the weights. working_size: as in the `Inpainter`.
    """

    directory: str
    name: str
    version: int
    default_signature: str
    precision: str
    warmup_sizes: tuple
    max_pixels: Optional[int]
    checked: bool
    detail: Optional[bool] = None
    working_size: object = "auto"


def export(weights, source, settings, report):
    """Writes a version of a served model.

    Args:
        weights: a `Weights`.
        source: dict of name -> text, where the weights come from, for the card.
        settings: a `Settings`.
        report: function of a line of text.

    Raises:
        InputError: the weights do not fit their network, writing failed, or the written model is
            wrong. Then nothing is left behind.
    """
    where = source.get("file", "the weights")
    model = make_generator(weights, settings.precision, where)
    if settings.detail is not None:
        model.detail = settings.detail
    with staged(settings.directory, settings.version) as temporary:
        version = os.path.join(temporary, VERSION)
        with writing(settings.directory):
            _write_version(version, model, settings)
        signatures = tf.saved_model.load(version).signatures
        facts = _facts(version, signatures, model, settings)
        if settings.checked:
            differences = _check(signatures, model, weights, where, settings)
            detail_off = model.detail and settings.precision != "float32"
            compared = "Largest difference to the Inpainter" + ", detail off" * detail_off
            facts[compared] = {
                name: f"{levels} of 255 levels" for name, levels in differences.items()
            }
        with writing(settings.directory):
            _write_beside(os.path.join(temporary, BESIDE), source, model, weights, facts, settings)
    for sentence in changed_default(settings.directory, settings.version):
        report(f"notice: {sentence}")
    for title, content in facts.items():
        report(f"{title}:")
        for name, text in content.items():
            report(f"  {name}: {text}")


def _check(signatures, model, weights, where, settings):
    """Compares the written model with the Inpainter; returns what `check` returns."""
    default = settings.default_signature
    if settings.precision == "float32":
        return check(signatures, model, default, True, settings.working_size)
    reference = make_generator(weights, "float32", where)
    reference.detail = model.detail
    differences = check(signatures, reference, default, False, settings.working_size)
    if not model.detail:
        return differences
    # A search turns small differences into other sources, so comparing detail is meaningless.
    reference.detail = False
    plain = _module_class(model)(
        model, settings.max_pixels, False, working_size=settings.working_size
    )
    return check(plain.signatures(default), reference, default, False, settings.working_size)


def _module_class(model):
    return GuidedInpaintingModule if model.guided else InpaintingModule


def _write_version(directory, model, settings):
    module = _module_class(model)(model, settings.max_pixels, working_size=settings.working_size)
    signatures = module.signatures(settings.default_signature)
    # Nobody needs gradients of the attention here, and tracing them would double the time.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, directory, signatures, options)
    default_is_encoded = settings.default_signature == ENCODED
    other = PIXELS if default_is_encoded else ENCODED
    takes_files = {DEFAULT: default_is_encoded, other: other == ENCODED}
    write_warmup(directory, settings.name, settings.warmup_sizes, takes_files)
    _write(os.path.join(directory, BATCHING), BATCHING_TEXT)


def _write_beside(directory, source, model, weights, facts, settings):
    sections = {
        "Weights": origin(source, weights.provenance, bring_card(source, directory)),
        "Network": {
            "model": weights.model,
            **weights.options,
            "precision": settings.precision,
            "detail": "on" if model.detail else "off",
        },
        **facts,
        "Library versions": library_versions(),
    }
    card = model_card({"name": settings.name, "version": settings.version, "sections": sections})
    _write(os.path.join(directory, f"model_card_{settings.version}.md"), card)
    _write(os.path.join(directory, CONFIG), models_config(settings.name))
    _write(os.path.join(directory, MONITORING), MONITORING_TEXT)
    _write(os.path.join(directory, COMMANDS), docker_commands(settings.directory, settings.name))


def _write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _facts(directory, signatures, model, settings):
    """The facts about the written model: dict of title -> dict of name -> text."""
    return {
        "Signatures": {
            name: f"{_shapes(function.structured_input_signature[1])} -> "
            f"{_shapes(function.structured_outputs)}"
            for name, function in signatures.items()
        },
        "Size": {
            "on disk": f"{_bytes(directory) / 1e6:.1f} MB",
            "parameters": f"{parameters(model):,}",
            "convolutions": f"{convolution_gflops(model):.0f} GFLOPs per megapixel",
            "patches that attention compares": _patches(model),
            "warm-up": ", ".join(f"{h}x{w}" for h, w in settings.warmup_sizes) or "none",
        },
    }


def _shapes(specs):
    def one(name, spec):
        sides = ", ".join("?" if side is None else str(side) for side in spec.shape)
        return f"{name} {spec.dtype.name}[{sides}]"

    return ", ".join(one(name, specs[name]) for name in sorted(specs))


def _patches(model):
    if not isinstance(model.attention, ContextualAttention):
        return "none"
    return ", ".join(f"{patches(*size):,} at {size[0]}x{size[1]}" for size in SIZES_TOLD)


def _bytes(directory):
    return sum(
        os.path.getsize(os.path.join(above, name))
        for above, _, names in os.walk(directory)
        for name in names
    )
