"""Our own format: one `.safetensors` file that describes the network it belongs to."""

import json
import os

import numpy as np
import safetensors
import safetensors.numpy

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing
from inpaint_tf.models.registry import MODELS, model_name
from inpaint_tf.plain_yaml import shown
from inpaint_tf.weights.archive import Weights
from inpaint_tf.weights.variables import listed, named_variables

FORMAT = "inpaint_tf 1"
COLOR_ORDER = "RGB"
MOST_LETTERS, MOST_PARTS = 2**16, 500  # of options and provenance, which have 2,000 and 30


def save_weights(path, weights, dtype="float32"):
    """Writes a `Weights` to `path`, whole or not at all.

    Args:
        path: file name, by custom with the suffix ".safetensors".
        weights: to be written, with arrays stored as `dtype`.
        dtype: "float32" or "float16".

    Raises:
        InputError: the file cannot be written, or a value is not finite as `dtype`.
    """
    with np.errstate(over="ignore"):
        arrays = {n: np.ascontiguousarray(a, dtype=dtype) for n, a in weights.arrays.items()}
    wild = [name for name, array in arrays.items() if not np.isfinite(array).all()]
    if wild:
        raise InputError(f"{path}: {listed(wild)} holds values that are not finite as {dtype}.")
    metadata = {
        "format": FORMAT,
        "model": weights.model,
        "options": json.dumps(weights.options, sort_keys=True),
        "color_order": COLOR_ORDER,
        "detail": "on" if weights.detail else "off",
        "provenance": json.dumps(weights.provenance, sort_keys=True),
    }
    with replacing(path) as temporary:
        safetensors.numpy.save_file(arrays, temporary, metadata)


def save_model(path, model, critics=(), provenance=None, dtype="float32"):
    """Writes a generator, and critics if given, to one file that `load_model` reads.

    Args:
        path: file name, by custom with the suffix ".safetensors".
        model: a generator of `create_model`.
        critics: models of `inpaint_tf.models.critics`.
        provenance: dict of strings and numbers, kept in the file.
        dtype: "float32" or "float16".
    """
    variables = {}
    for part in (model, *critics):
        variables.update(named_variables(part))
    arrays = {name: np.asarray(variable) for name, variable in variables.items()}
    options = dict(model.options)
    provenance = dict(provenance or {})
    weights = Weights(model_name(model), options, arrays, provenance, {}, model.detail)
    save_weights(path, weights, dtype)


def read_safetensors(path):
    """Reads a file that `save_weights` wrote.

    Returns:
        `Weights`.

    Raises:
        InputError: the file is missing, damaged, or not one of ours.
    """
    try:
        with safetensors.safe_open(os.fspath(path), framework="numpy") as file:
            metadata = file.metadata() or {}
            _require_our_format(path, metadata)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        options = _json_object(metadata, "options")
        provenance = _json_object(metadata, "provenance")
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a readable safetensors file: {error}.") from error
    for name, array in arrays.items():
        if array.dtype.kind not in "fV":  # V: bfloat16 is none of NumPy's own
            raise InputError(f"{path}: {name} holds {array.dtype}; expected floating point.")
    return Weights(metadata["model"], options, arrays, provenance, {}, _is_on(metadata))


def says_detail(path):
    """Whether a file of `save_weights` asks for borrowed detail; its arrays are not read.

    Raises:
        InputError: it is damaged.
    """
    try:
        with safetensors.safe_open(os.fspath(path), framework="numpy") as file:
            return _is_on(file.metadata() or {})
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise InputError(f"{path} is not a readable safetensors file: {error}.") from error


def _is_on(metadata):
    return metadata.get("detail") == "on"


def _json_object(metadata, key):
    text = metadata.get(key, "{}")
    if len(text) > MOST_LETTERS or sum(map(text.count, "[{")) > MOST_PARTS:
        raise TypeError(f"its {key} have {len(text)} letters, or too many parts")
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError(f"its {key} are {text[:80]}, expected names and values")
    return value


def _require_our_format(path, metadata):
    if metadata.get("format") != FORMAT:
        found = shown(metadata["format"]) if "format" in metadata else "no format"
        raise InputError(
            f"{path} names {found} in its metadata, expected {FORMAT!r}; "
            "`python -m inpaint_tf.convert` makes such files from checkpoints."
        )
    if metadata.get("model") not in MODELS:
        raise InputError(
            f"{path} is for the model {shown(metadata.get('model'))}, expected one of "
            f"{', '.join(MODELS)}."
        )
    if metadata.get("detail", "off") not in ("on", "off"):
        found = shown(metadata["detail"])
        raise InputError(f"{path} has the detail {found}, expected on or off.")
    if metadata.get("color_order") != COLOR_ORDER:
        found = shown(metadata.get("color_order"))
        raise InputError(f"{path} has the color order {found}, expected {COLOR_ORDER!r}.")
