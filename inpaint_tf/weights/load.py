"""Weights of any format, recognised by their path."""

import os

from inpaint_tf.errors import InputError
from inpaint_tf.weights.fit import fitted_model
from inpaint_tf.weights.safetensors import read_safetensors
from inpaint_tf.weights.tf1 import checkpoint_prefix, read_tf1

RUN_WEIGHTS = "weights.safetensors"  # what a training run keeps in its directory


def load_model(path, **options):
    """Builds the generator that a weights file describes, and loads its weights.

    Args:
        path: a `.safetensors` file, a TensorFlow 1 checkpoint of the authors (its directory, its
            prefix such as "DIR/snap-0", or its index file), or the directory of a training run.
        **options: override those of the file, such as `padding="symmetric"`.

    Returns:
        A generator of `create_model`; its `detail` is that of the file.

    Raises:
        InputError: there is no such file, it is damaged, or it does not fit the model.
    """
    return fitted_model(read_weights(path), os.fspath(path), **options)


def read_weights(path):
    """The contents of a weights file, see `load_model`, without building a model.

    Returns:
        `Weights`.
    """
    path = os.fspath(path)
    if os.path.isdir(path) and os.path.isfile(os.path.join(path, RUN_WEIGHTS)):
        return read_safetensors(os.path.join(path, RUN_WEIGHTS))
    prefix = checkpoint_prefix(path)
    if prefix is not None:
        return read_tf1(prefix)
    if os.path.isdir(path):
        raise InputError(
            f"{path} is a directory without weights; expected a file {RUN_WEIGHTS} or a "
            "TensorFlow checkpoint in it."
        )
    if not os.path.exists(path):
        raise InputError(f"{path} does not exist; expected weights to load.")
    return read_safetensors(path)
