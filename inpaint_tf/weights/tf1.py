"""The authors' TensorFlow 1 checkpoints."""

import os
import re

import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.files import require_no_pattern
from inpaint_tf.models.registry import build_model
from inpaint_tf.weights.archive import Weights
from inpaint_tf.weights.bundle_index import require_sound_index
from inpaint_tf.weights.color_order import flip_color_order
from inpaint_tf.weights.fit import shapes_of
from inpaint_tf.weights.originals import FIRST, ORIGINALS, recognize
from inpaint_tf.weights.releases import identify_release
from inpaint_tf.weights.variables import listed, require_names

# Exceptions of TensorFlow's checkpoint reader for damaged files; `TypeError` for unknown types.
_UNREADABLE = (tf.errors.OpError, RuntimeError, ValueError, IndexError, TypeError)
_SLOT = re.compile(r"/(Adam|Adam_1|RMSProp|RMSProp_1|Momentum)$")


def checkpoint_prefix(path):
    """The prefix of a TF1 checkpoint, "DIR/snap-0" of "DIR/snap-0.index", or None.

    Args:
        path: its directory, the prefix itself, or any of its files.
    """
    path = os.fspath(path)
    if os.path.basename(path) == "checkpoint" and os.path.isfile(path):
        path = os.path.dirname(path) or "."
    if os.path.isdir(path):
        latest = _latest(path)
        if latest:
            return latest
        # The file `checkpoint` may be lost, or name a directory of another machine.
        indices = sorted(name for name in os.listdir(path) if name.endswith(".index"))
        if len(indices) > 1:
            raise InputError(
                f"{path} holds {len(indices)} checkpoints and no file `checkpoint` that names "
                f"one; give one of them, such as {os.path.join(path, indices[0])}."
            )
        return os.path.join(path, indices[0][: -len(".index")]) if indices else None
    prefix = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", path)
    return prefix if os.path.isfile(prefix + ".index") else None


def _latest(directory):
    """The checkpoint that the directory's file `checkpoint` names, if that exists."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("CRITICAL")  # it would log what we say in a sentence
    try:
        return tf.train.latest_checkpoint(directory)
    except (*_UNREADABLE, UnicodeDecodeError):
        return None
    finally:
        logger.setLevel(level)


def read_tf1(prefix):
    """Reads the generator, and critics if present, from a checkpoint of the original.

    Args:
        prefix: as `checkpoint_prefix` gives.

    Returns:
        `Weights` of "deepfill_v1" or "deepfill_v2", with padding "same" and colours in RGB order.

    Raises:
        InputError: the checkpoint is damaged, lacks variables, has them in another shape, or
            belongs to another network.
    """
    shapes, types, read = _open(prefix)
    if FIRST not in shapes:
        raise InputError(f"{prefix} lacks {FIRST}; expected a checkpoint of DeepFill.")
    name = recognize(shapes)
    original = ORIGINALS[name]
    _require_kernels(prefix, shapes)
    options = original.options(shapes)
    expected = shapes_of(lambda: build_model(name, options))
    if any(name.startswith("discriminator/") for name in shapes):
        expected.update(original.critic_shapes(shapes))
    require_names(expected, shapes, prefix)
    odd = [
        f"{name} is {types[name].name}{shapes[name]}, expected float32{shape}"
        for name, shape in expected.items()
        if (shapes[name], types[name]) != (shape, tf.float32)
    ]
    if odd:
        raise InputError(f"{prefix} does not fit {original.title}: {listed(odd)}.")

    arrays = {name: read(name) for name in expected}
    provenance = {
        "source": f"TensorFlow 1 checkpoint {os.path.basename(prefix)}",
        "release": identify_release(arrays) or "none of the known releases",
    }
    if "global_step" in shapes:
        provenance["steps"] = int(read("global_step"))
    left = [name for name in shapes if name not in expected]
    slots = sum(bool(_SLOT.search(name)) for name in left)
    ignored = {"optimizer slots": slots, "other tensors": len(left) - slots}
    return Weights(name, options, flip_color_order(arrays), provenance, ignored)


def _require_kernels(prefix, shapes):
    """Raises `InputError` unless every kernel and bias has a plausible shape."""
    least = {"kernel": 2, "bias": 1}  # sides
    odd = [
        f"{name} has the shape {shape}"
        for name, shape in shapes.items()
        if len(shape) < least.get(name.rpartition("/")[2], 0)
    ]
    if odd:
        raise InputError(f"{prefix} is not a checkpoint of DeepFill: {listed(odd)}.")


def _open(prefix):
    """Shapes and types by name, and a function of a name that reads the array."""
    require_sound_index(prefix)
    require_no_pattern(prefix, prefix)
    try:
        reader = tf.train.load_checkpoint(prefix)
        shapes = {n: tuple(s) for n, s in reader.get_variable_to_shape_map().items()}
        types = reader.get_variable_to_dtype_map()
    except _UNREADABLE as error:
        raise InputError(f"{prefix} is not a readable checkpoint: {_reason(error)}.") from error

    def read(name):
        try:
            return reader.get_tensor(name)
        except _UNREADABLE as error:
            raise InputError(f"{name} of {prefix} cannot be read: {_reason(error)}.") from error

    return shapes, types, read


def _reason(error):
    return " ".join(str(getattr(error, "message", error)).split()).rstrip(".")
