"""Keras's classifiers of pictures, for their pooled features."""

import collections
import io
import json
import os
import zipfile
from typing import Any, NamedTuple

import h5py
import keras

from inpaint_tf.errors import InputError
from inpaint_tf.plain_yaml import shown
from inpaint_tf.weights.fit import shapes_of
from inpaint_tf.weights.hdf5 import MOST_COMPRESSED, datasets_below

USUAL_SIDE = 224  # of networks that take any
MOST_CONFIG = 2**24  # bytes


class Application(NamedTuple):
    """A network of `keras.applications`: its function, its pictures' side, a layer only it has."""

    make: Any
    side: int
    layer: str


APPLICATIONS = {
    "mobilenet_v2": Application(keras.applications.MobileNetV2, 224, "block_16_project"),
    "inception_v3": Application(keras.applications.InceptionV3, 299, "mixed10"),
}


class Classifier(NamedTuple):
    """A network without its last layer.

    name: for headings.
    model: of `[B, H, W, 3]` in [-1, 1], to `[B, D]` or to `[B, h, w, D]`.
    size: (height, width) of its pictures.
    """

    name: str
    model: Any
    size: tuple


def load_classifier(source):
    """A `Classifier`.

    Args:
        source: a key of `APPLICATIONS`, whose weights Keras downloads once; or a file: Keras's own
            `.h5` of one of them without the top, or a whole model, `.keras` or `.h5`, that takes
            pictures in [-1, 1]. Files that contain code are refused.

    Raises:
        InputError: it is not available, is not such a file, or gives something else.
    """
    source = os.fspath(source)
    if source in APPLICATIONS:
        return _application(source, "imagenet", source)
    if not os.path.isfile(source):
        raise InputError(
            f"{source} does not exist; expected {', '.join(APPLICATIONS)}, or a file of a network."
        )
    if zipfile.is_zipfile(source):
        return _whole_model(source, _config_of_zip(source))
    names, config = _contents_of_h5(source)
    if config is not None:
        return _whole_model(source, config)
    for name, application in APPLICATIONS.items():
        if application.layer in names:
            return _application(name, source, source)
    raise InputError(
        f"{source} holds neither a whole model nor the weights of {' or '.join(APPLICATIONS)}."
    )


def _application(name, weights, source):
    make, side, _ = APPLICATIONS[name]
    try:
        model = make(input_shape=(side, side, 3), include_top=False, pooling="avg", weights=weights)
    except Exception as error:  # Keras raises this very class if the download fails
        needed = "needs weights that Keras downloads, and that failed"
        if weights == source:
            needed = f"does not fit {name} without its top"
        raise InputError(
            f"{source} {needed} ({_first_line(error)}); expected a machine with a network, or "
            f"Keras's file of {name} without the top (..._no_top.h5 or ..._notop.h5)."
        ) from error
    return Classifier(name, model, (side, side))


def _whole_model(path, config):
    _require_plain(path, config)
    _require_weights(path, config)
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # whatever a damaged or foreign file leads to
        raise InputError(f"{path} cannot be read by Keras: {_first_line(error)}.") from error
    shape, gives = getattr(model, "input_shape", None), getattr(model, "output_shape", None)
    takes_pictures = isinstance(shape, tuple) and len(shape) == 4 and shape[3] == 3
    if not takes_pictures or not isinstance(gives, tuple) or len(gives) not in (2, 4):
        raise InputError(
            f"{path} takes {shown(shape)} and gives {shown(gives)}; expected a network of pictures "
            "[B, H, W, 3] that gives [B, D] or [B, h, w, D]."
        )
    name = os.path.splitext(os.path.basename(path))[0]
    return Classifier(name, model, tuple(side or USUAL_SIDE for side in shape[1:3]))


def _require_weights(path, config):
    """Refuses files that lack weights of the network they describe, before it is built."""
    try:
        model_class = keras.Sequential if config["class_name"] == "Sequential" else keras.Model
        shapes = shapes_of(lambda: model_class.from_config(config["config"]), _by_path)
        held = _held_shapes(path)
    except InputError:
        raise
    except Exception:  # whatever a damaged file leads to; reading the model will say it
        return
    for name, shape in shapes.items():
        if not held[shape]:
            raise InputError(
                f"{path} does not fit its own description: {name} has shape {shape}, and the file "
                "holds no more weights of that shape."
            )
        held[shape] -= 1


def _by_path(model):
    return {getattr(variable, "path", variable.name): variable for variable in model.weights}


def _held_shapes(path):
    """The number of arrays of each shape in a whole model's file."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            stored = archive.getinfo("model.weights.h5")
            if stored.file_size > MOST_COMPRESSED * stored.compress_size:
                raise InputError(
                    f"{path} names {stored.file_size} bytes of weights and holds "
                    f"{stored.compress_size} of them."
                )
            file = io.BytesIO(archive.read(stored))
    else:
        file = path
    with h5py.File(file, "r") as weights:
        return collections.Counter(item.shape for item in datasets_below(weights, path))


def _config_of_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("config.json").file_size > MOST_CONFIG:
                raise InputError(f"{path} has a configuration of more than {MOST_CONFIG} bytes.")
            return json.loads(archive.read("config.json"))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path} is not a Keras model: {_first_line(error)}.") from error


def _contents_of_h5(path):
    """The names of the layers, and the configuration of a whole model or None."""
    try:
        with h5py.File(path, "r") as file:
            config = file.attrs.get("model_config")
            config = None if config is None else json.loads(config)
            return set(file.get("model_weights", file)), config
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(f"{path} is not a readable HDF5 file: {_first_line(error)}.") from error


def _require_plain(path, value):
    """Refuses configurations that name any code but Keras's own layers."""
    if isinstance(value, list):
        for each in value:
            _require_plain(path, each)
    elif isinstance(value, dict):
        class_name, module = value.get("class_name"), value.get("module")
        foreign = module is not None and str(module).split(".")[0] != "keras"
        if foreign or "Lambda" in str(class_name):
            raise InputError(
                f"{path} names {shown(class_name)} of {shown(module)}; expected nothing but "
                "Keras's own layers, and no Lambda, which is code."
            )
        for each in value.values():
            _require_plain(path, each)


def _first_line(error):
    return (str(error).splitlines() or [""])[0][:200].rstrip(".")
