"""IOPaint's names for the treatment of large pictures, translated into ours."""

from typing import Literal

from inpaint_tf.inference.working_size import LEAST_SIZE

HD_STRATEGIES = Literal["Original", "Resize", "Crop"]


def for_large_pictures(options, strategy, limit):
    """The options that come closest to one of IOPaint's strategies.

    "Original" sends the whole picture through the network, "Resize" scales windows around the holes
    down to its limit, and "Crop", its default, is the server's own default: windows.

    Args:
        options: an `Options`; if it has a working size, that stays.
        strategy: one of `HD_STRATEGIES`.
        limit: the longest side that "Resize" allows, pixels.
    """
    if options.working_size is not None or strategy == "Crop":
        return options
    size = "full" if strategy == "Original" else max(limit, LEAST_SIZE)
    return options._replace(working_size=size)
