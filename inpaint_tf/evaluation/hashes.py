"""SHA-256 of what an evaluation depends on, so that two evaluations can be compared."""

import hashlib
import json

import numpy as np


def sha256_of_hole(hole):
    """The hash of a `[H, W]` bool hole's pixels, a byte each, 255 in the hole, row by row."""
    return hashlib.sha256(np.where(hole, np.uint8(255), np.uint8(0)).tobytes()).hexdigest()


def sha256_of_arrays(arrays):
    """The hash of named arrays as little-endian float32, by name; the same for all file formats."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], dtype="<f4")
        digest.update(f"{name} {list(array.shape)}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def list_sha256(hashes, names):
    """The hash of lines "HASH  NAME", as `sha256sum NAMES | sha256sum` gives it."""
    lines = "".join(f"{sha}  {name}\n" for sha, name in zip(hashes, names))
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def sha256_of_json(value):
    """The hash of a value as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
