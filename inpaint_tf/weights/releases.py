"""Recognises the released checkpoints by the checksums of their tensors."""

import json
from importlib import resources

import google_crc32c
import numpy as np


def identify_release(arrays):
    """The release whose generator has exactly these tensors.

    Args:
        arrays: dict of the original's variable names -> float32 arrays as in the checkpoint,
            that is, in the authors' colour order.

    Returns:
        The release's title, or None.
    """
    known = json.loads(resources.files("inpaint_tf.weights").joinpath("releases.json").read_text())
    if any(name not in arrays for name in known["tensors"]):
        return None
    sums = [checksum(arrays[name]) for name in known["tensors"]]
    return next((title for title, expected in known["releases"].items() if expected == sums), None)


def checksum(array):
    """CRC32C (Castagnoli) of the raw little-endian bytes in C order, eight hex digits."""
    raw = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
    return f"{google_crc32c.value(raw):08x}"
