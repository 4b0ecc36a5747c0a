"""Feature networks from files, or downloaded by Keras."""

import os

import h5py
import keras
import numpy as np
import safetensors

from inpaint_tf.errors import InputError
from inpaint_tf.models.vgg import (
    CAFFE_DIVISOR,
    POOLS,
    PREPROCESSING,
    STANDARD_BLOCKS,
    TORCH_DEVIATION,
    VggFeatures,
    VggWeights,
    needed_convolutions,
    widened_where_possible,
)
from inpaint_tf.weights.hdf5 import datasets_below
from inpaint_tf.weights.variables import listed

APPLICATIONS = {"vgg16": keras.applications.VGG16, "vgg19": keras.applications.VGG19}
PADDINGS = {"zeros": "same", "same": "same", "reflect": "reflect"}
MOST_CHANNELS = 4096
HDF5 = (".h5", ".hdf5")


def load_features(source, maps=POOLS):
    """The feature network of a file or a name.

    Args:
        source: "vgg16" or "vgg19", which Keras downloads once, with the weights of ImageNet; or a
            file: Keras's own `.h5`, or `.safetensors` with `convB_I/kernel` and `convB_I/bias` of
            any widths, with or without a 1x1 `conv0` before and `convB_1_aux` after them.
        maps: as in `VggFeatures`.

    Returns:
        `VggFeatures`.

    Raises:
        InputError: it is not available, cannot be read, or lacks layers that the maps need.
    """
    source = os.fspath(source)
    if source in APPLICATIONS:
        weights = _download(source)
    elif source.lower().endswith(HDF5):
        weights = _read_keras(source)
    else:
        weights = _read_safetensors(source)
    try:
        needed = needed_convolutions(widened_where_possible(maps, weights.arrays), weights.blocks)
    except ValueError as error:
        raise InputError(f"losses.feature_maps: {error}") from error
    _require_convolutions(weights.arrays, needed, source)
    return VggFeatures(weights, maps)


def _download(name):
    try:
        network = APPLICATIONS[name](include_top=False, weights="imagenet")
    except Exception as error:  # Keras raises this very class if the download fails
        raise InputError(
            f"losses.features {name!r} needs weights that Keras downloads, and that failed "
            f"({str(error)[:200]}); start once with a network connection, or give a file: "
            f"--set losses.features={name}_weights_tf_dim_ordering_tf_kernels_notop.h5 (Keras's "
            "own), or a .safetensors file."
        ) from error
    arrays = {}
    for layer in network.layers:
        if layer.name.startswith("block") and "_conv" in layer.name:
            kernel, bias = layer.get_weights()
            arrays.update(_named(layer.name, kernel, bias))
    return VggWeights(arrays, STANDARD_BLOCKS[name], "same", "caffe", CAFFE_DIVISOR)


def _read_keras(path):
    """Keras's file of VGG-16 or 19, with or without the layers at the top."""
    arrays = {}
    try:
        with h5py.File(path, "r") as file:
            root = file.get("model_weights", file)
            for group in root:
                if group.startswith("block") and "_conv" in group:
                    found = _small(datasets_below(root[group], path))
                    kernel = next((a for a in found if a.ndim == 4), None)
                    bias = next((a for a in found if a.ndim == 1), None)
                    if kernel is not None and bias is not None:
                        arrays.update(_named(group, np.asarray(kernel), np.asarray(bias)))
    # TypeError and AttributeError: of names that are no text, and data where groups should be.
    except (OSError, KeyError, ValueError, RuntimeError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a readable HDF5 file: {error}.") from error
    name = "vgg19" if "conv3_4/kernel" in arrays else "vgg16"
    return VggWeights(arrays, STANDARD_BLOCKS[name], "same", "caffe", CAFFE_DIVISOR)


def _small(datasets):
    return [item for item in datasets if item.size <= 9 * MOST_CHANNELS**2]


def _named(keras_name, kernel, bias):
    """`block1_conv2` is our conv1_2."""
    block, number = keras_name[len("block") :].split("_conv")
    return {f"conv{block}_{number}/kernel": kernel, f"conv{block}_{number}/bias": bias}


def _read_safetensors(path):
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            arrays = {
                name: file.get_tensor(name).astype(np.float32)
                for name in file.keys()  # noqa: SIM118
                if name.startswith("conv")
            }
    except (safetensors.SafetensorError, TypeError, ValueError, OSError) as error:
        raise InputError(f"{path} is not a readable safetensors file: {error}.") from error
    padding = metadata.get("padding", "zeros")
    if padding not in PADDINGS:
        raise InputError(f"{path} names the padding {padding!r}, expected {' or '.join(PADDINGS)}.")
    preprocessing = _preprocessing(path, metadata, arrays)
    blocks = _blocks(path, metadata, arrays)
    divisor = _divisor(path, metadata, preprocessing, arrays)
    return VggWeights(arrays, blocks, PADDINGS[padding], preprocessing, divisor)


def _preprocessing(path, metadata, arrays):
    name = metadata.get("preprocessing", "none" if "conv0/kernel" in arrays else None)
    if name not in PREPROCESSING:
        raise InputError(
            f"{path} has no conv0 to normalise pictures and names {name or 'nothing'} as "
            f"`preprocessing` in its metadata; expected {' or '.join(PREPROCESSING)}."
        )
    return name


def _blocks(path, metadata, arrays):
    standard = STANDARD_BLOCKS["vgg19" if "conv3_4/kernel" in arrays else "vgg16"]
    text = metadata.get("blocks")
    if text is None:
        return STANDARD_BLOCKS.get(metadata.get("network"), standard)
    counts = text.split(",")
    if len(counts) > 5 or not all(n.strip() in ("1", "2", "3", "4") for n in counts):
        raise InputError(
            f"{path} has the blocks {text!r} in its metadata, expected up to 5 numbers like "
            "'2,2,4,4,4'."
        )
    return tuple(int(n) for n in counts)


def _divisor(path, metadata, preprocessing, arrays):
    """The divisor that scales features to those of pictures with mean 0 and deviation 1."""
    text = metadata.get("feature_divisor")
    if text is None:
        if "conv0/kernel" in arrays:  # how much it enlarges a grey picture
            grey = np.abs(arrays["conv0/kernel"].sum(axis=(0, 1, 2))).mean()
            return float(grey * np.mean(TORCH_DEVIATION))
        return CAFFE_DIVISOR if preprocessing == "caffe" else 1.0
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise InputError(
            f"{path} has the feature_divisor {text!r} in its metadata, expected a number over 0."
        )
    return value


def _require_convolutions(arrays, needed, source):
    """Raises `InputError` unless all layers exist and fit the ones before."""
    parts = [f"{name}/{part}" for name in needed for part in ("kernel", "bias")]
    missing = [part for part in parts if part not in arrays]
    if missing:
        raise InputError(f"{source} lacks {listed(missing)}, which the feature maps need.")
    channels = 3
    for name in [*(["conv0"] if "conv0/kernel" in arrays else []), *needed]:
        kernel, bias = arrays[f"{name}/kernel"], arrays.get(f"{name}/bias")
        side = 3 if name[-4:] != "_aux" and name != "conv0" else 1
        fits = kernel.ndim == 4 and kernel.shape[:3] == (side, side, channels)
        if not fits or bias is None or bias.shape != kernel.shape[3:] or kernel.shape[3] < 1:
            raise InputError(
                f"{source} does not fit: {name}/kernel has shape {kernel.shape}, expected "
                f"({side}, {side}, {channels}, N) and a bias of N."
            )
        if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
            raise InputError(f"{source}: {name} holds values that are not finite.")
        if not name.endswith("_aux"):
            channels = kernel.shape[3]
