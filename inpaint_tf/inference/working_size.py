"""The size at which a network sees large photos; for commands without TensorFlow, too."""

from inpaint_tf.errors import InputError

WORKING_SIZE = 512  # pixels of the longer side of a window as the network sees it
LEAST_SIZE = 64  # a smaller window would hold next to nothing
WHOLE_SIZE = 768  # a photo whose longer side is at most this is completed as it is


def require_working_size(name, smallest):
    """Raises `InputError` unless `name` is a working size that a network allows.

    Args:
        name: as in `working_size_of`.
        smallest: the network's smallest side in pixels.
    """
    if name in ("full", "auto"):
        return
    if not isinstance(name, int) or isinstance(name, bool) or name < max(smallest, LEAST_SIZE):
        raise InputError(
            f"working_size is {name!r}; expected auto, full, or a number of pixels from "
            f"{max(smallest, LEAST_SIZE)} on, which this network can do."
        )


def require_no_larger(name, height, width, what):
    """Raises `InputError` if a working size is a number above the picture's longer side.

    Args:
        name: as in `working_size_of`.
        height, width: of the picture, in pixels.
        what: the picture's name for the message.
    """
    longest = max(height, width)
    if name not in ("full", "auto") and name > longest:
        raise InputError(
            f"working_size {name} is above the longer side of {what} ({width}x{height}); expected "
            f"auto, full, or at most {longest}."
        )


def working_size_of(name, detail):
    """The number that a working size stands for.

    Args:
        name: "full", "auto" or a number of pixels. "auto" is "full" without detail, because an
            enlarged picture without detail would be softer than necessary.
        detail: whether detail is borrowed.

    Returns:
        `(working_size, whole_size)` as in `window_around` and `is_whole`; None for "full".
    """
    if name == "full" or (name == "auto" and not detail):
        return None
    return (WORKING_SIZE, WHOLE_SIZE) if name == "auto" else (name, name)
