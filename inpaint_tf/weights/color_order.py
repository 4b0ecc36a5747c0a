"""The authors' networks see BGR, ours RGB: layers that touch colours are reversed."""

import numpy as np

# Layers whose first three input channels are a picture ...
_READ_COLORS = (
    "inpaint_net/conv1",
    "inpaint_net/xconv1",
    "inpaint_net/pmconv1",
    "discriminator/discriminator_local/conv1",
    "discriminator/discriminator_global/conv1",
    "discriminator/sn_patch_gan/conv1",
)
# ... and whose outputs are one.
_WRITE_COLORS = ("inpaint_net/conv17", "inpaint_net/allconv17")


def flip_color_order(arrays):
    """Turns weights for BGR into weights for RGB, or back: the function is its own inverse.

    Args:
        arrays: dict of the original's variable names -> arrays.

    Returns:
        A new dict; arrays not related to colours are the same objects.
    """
    return {name: _flipped(name, array) for name, array in arrays.items()}


def _flipped(name, array):
    scope, _, part = name.rpartition("/")
    if scope in _READ_COLORS and part == "kernel":
        return np.concatenate([array[:, :, 2::-1], array[:, :, 3:]], axis=2)
    if scope in _WRITE_COLORS:
        return np.ascontiguousarray(array[..., ::-1])
    return array
