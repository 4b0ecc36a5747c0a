"""The device on which TensorFlow computes, and what happens when its memory runs out."""

import contextlib
import re

from inpaint_tf.errors import InputError

_NAMES = re.compile(r"auto|cpu|gpu(:\d+)?")


def require_device_name(name):
    """Refuses any name but "auto", "cpu", "gpu" and "gpu:N", without TensorFlow."""
    if not _NAMES.fullmatch(name):
        raise InputError(f"--device {name} is unknown; expected auto, cpu, gpu or gpu:0, gpu:1 ...")


def use_device(name):
    """Lets TensorFlow see only the named device; a GPU's memory is taken as needed.

    Args:
        name: "auto" (a GPU if there is one), "cpu", "gpu" or "gpu:N".

    Raises:
        InputError: there is no such GPU.
    """
    import tensorflow as tf

    require_device_name(name)
    gpus = tf.config.list_physical_devices("GPU")
    if name == "cpu":
        chosen = []
    elif name == "auto":
        chosen = gpus
    else:
        number = int(name[4:] or 0)
        if number >= len(gpus):
            count = f"{len(gpus)} GPU(s), numbered from 0" if gpus else "no GPU"
            raise InputError(f"--device {name} does not exist: TensorFlow sees {count}.")
        chosen = gpus[number : number + 1]
    if tf.config.get_visible_devices("GPU") != chosen:
        tf.config.set_visible_devices(chosen, "GPU")
    for gpu in chosen:
        if not tf.config.experimental.get_memory_growth(gpu):
            tf.config.experimental.set_memory_growth(gpu, True)


@contextlib.contextmanager
def memory_named(what):
    """Turns running out of memory into a sentence about `what`, a picture with its size."""
    import tensorflow as tf

    try:
        yield
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise InputError(
            f"{what} needs more memory than there is; make the picture smaller, or take a device "
            "with more (--device cpu)."
        ) from error
