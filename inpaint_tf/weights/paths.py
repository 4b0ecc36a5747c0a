"""The ways to name weights: a path, or a word."""

import os

from inpaint_tf.errors import InputError
from inpaint_tf.files import require_file
from inpaint_tf.weights.bundled import bundled_weights

BUNDLED = "bundled"  # the word for the weights that come with the package
NAMED = {BUNDLED: bundled_weights}


def weights_path(name, flag="--weights", words=()):
    """The path of the weights named in a command.

    A file with such a name can be given as `./bundled`.

    Args:
        name: a path, or a word of `NAMED`.
        flag: the flag that holds `name`, for errors.
        words: further words that do not stand for files; they are returned unchanged.

    Raises:
        InputError: there is nothing of that name.
    """
    if name in words:
        return name
    if name in NAMED:
        return NAMED[name]()
    # The prefix of a TensorFlow 1 checkpoint is no file itself.
    if not any(os.path.exists(name + end) for end in ("", ".index")):
        known = " or ".join(["the word " + word for word in (*NAMED, *words)])
        raise InputError(
            f"{flag} {name} does not exist; expected a .safetensors file, a training run, a "
            f"TensorFlow checkpoint or its directory, {known}."
        )
    if os.path.exists(name) and not os.path.isdir(name):
        require_file(name, "weights")
    return name
