"""Names of pictures, masks and results, on any filesystem."""

import os
import re

from inpaint_tf.inference.opening import FORMAT_OF_SUFFIX
from inpaint_tf.lists import MASK_ENDING, stem_of

REPORT = "_bulk"  # the directory in the output for everything but pictures
RESULT = ".png"
_WILD = re.compile(r"[*?\[]")


def is_pattern(name):
    """Whether a name is a pattern."""
    return bool(_WILD.search(name))


def is_picture(path):
    """Whether a file is a picture by its name; hidden files do not count."""
    name = path.rpartition("/")[2]
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in FORMAT_OF_SUFFIX


def as_pattern(name):
    """The pattern that a name means: a directory's is of all files in it."""
    if not (is_pattern(name) or is_picture(name)):
        return name.rstrip("/") + "/*"
    return name if "/" in name else f"./{name}"  # Beam lists folders that have a name


def prefix_of(pattern):
    """The directory of a pattern up to its first wildcard, with the slash at its end."""
    found = _WILD.search(pattern)
    fixed = pattern if found is None else pattern[: found.start()]
    return fixed[: fixed.rfind("/") + 1]


def key_of(path, prefix):
    """The key of a picture, its mask and its result: the name below `prefix`.

    It has no suffix, but includes the folders in between.
    """
    return stem_of(path[len(prefix) :])


def mask_keys(path, prefix):
    """Pairs of a key and whether it is the mask's own name; NAME_mask also belongs to NAME."""
    key = key_of(path, prefix)
    keys = [(key, True)]
    if key.endswith(MASK_ENDING):
        keys.append((key[: -len(MASK_ENDING)], False))
    return keys


def result_of(path, prefix, output):
    """The path of a picture's result, always the same for the same picture."""
    return f"{output}/{os.path.splitext(path[len(prefix) :])[0]}{RESULT}"
