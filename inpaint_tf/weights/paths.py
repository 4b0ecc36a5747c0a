"""What a user may call weights by: a path, or a word."""

import os

from inpaint_tf.errors import InputError
from inpaint_tf.weights.bundled import bundled_weights

BUNDLED = "bundled"  # the word for the weights that come with the package
NAMED = {BUNDLED: bundled_weights}


def weights_path(name, flag="--weights", words=()):
    """The path of weights that a command was given.

    A file that has a word's name is reached as `./bundled`.

    Args:
        name: a path, or a word of `NAMED`.
        flag: for the sentence, the flag that holds `name`.
        words: further words that stand for no file; they are returned as they are.

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
    return name
