"""IOPaint's names for what is done with large pictures, in ours."""

from typing import Literal

HD_STRATEGIES = Literal["Original", "Resize", "Crop"]


def for_large_pictures(options, strategy, limit):
    """The options that come closest to one of IOPaint's strategies.

    Args:
        options: an `Options`.
        strategy: one of `HD_STRATEGIES`.
        limit: the longest side that "Resize" allows, pixels.
    """
    del strategy, limit
    return options
