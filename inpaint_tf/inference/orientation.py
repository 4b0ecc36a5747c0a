"""The EXIF orientation: how stored pixels are turned to stand upright."""

import numpy as np

ORIENTATION = 0x0112

_TURNS = {
    1: lambda pixels: pixels,
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: pixels[::-1].swapaxes(0, 1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: pixels[:, ::-1].swapaxes(0, 1),
}


def upright(pixels, orientation):
    """Turns stored pixels as their EXIF orientation asks.

    Args:
        pixels: `[H, W]` or `[H, W, C]` array as stored.
        orientation: 1 to 8; anything else counts as 1, as viewers do.

    Returns:
        The upright array; height and width are swapped for 5 to 8.

    Example:

    >>> upright(np.array([[1, 2, 3]]), 6).tolist()
    [[1], [2], [3]]
    """
    return np.ascontiguousarray(_TURNS.get(orientation, _TURNS[1])(pixels))
