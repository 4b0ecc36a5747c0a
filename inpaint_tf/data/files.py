"""A folder, a glob or a list -> the paths of its pictures."""

import fnmatch
import glob
import os

from inpaint_tf.errors import InputError
from inpaint_tf.inference.opening import FORMAT_OF_SUFFIX, format_of_bytes
from inpaint_tf.lists import existing, masks_beside, read_lines, split_names

PICTURE_SUFFIXES = (".jpg", ".jpeg", *sorted(set(FORMAT_OF_SUFFIX) - {".jpg", ".jpeg"}))
_NOTHING_THERE = "does not exist; expected a folder, a glob or a list."


def list_pictures(source, key="data.train"):
    """Finds pictures, sorted by path.

    Args:
        source: a folder (searched recursively), a glob such as "photos/**/*.jpg", a picture, or a
            text file of any name with one path a line, absolute or relative to the text file or
            to the working directory, see `lists.read_lines`. "~" is the home directory.
        key: the key or flag, for errors.

    Returns:
        A list of at least one path. Files of a list are known to exist, and keep its order.

    Raises:
        InputError: nothing is found, a listed file does not exist, or a folder holds pictures
            with their masks beside them.
    """
    path = os.path.expanduser(source)
    if os.path.isdir(path):
        found = _walk(path)
        _require_no_masks(found, key, source)
        expected = f"files {', '.join(PICTURE_SUFFIXES)} in it or below it"
    elif os.path.isfile(path):
        if _is_picture(path) or _begins_like_a_picture(path):
            return [path]
        found, expected = _read_list(path, key), "one path a line"
    elif glob.has_magic(path) and "\0" not in path:
        found = sorted(name for name in _matching(path) if _is_picture(name))
        expected = "a pattern that fits pictures"
    else:
        exists = os.path.exists(path)  # a device, for example
        what = "is neither a folder, a glob nor a list." if exists else _NOTHING_THERE
        raise InputError(f"{key}: {source!r} {what}")
    if not found:
        raise InputError(f"{key}: {source!r} holds no pictures; expected {expected}.")
    return found


def _require_no_masks(found, key, source):
    masks = masks_beside(found)
    if masks:
        raise InputError(
            f"{key}: {source!r} holds masks beside their pictures, {os.path.basename(masks[0])} "
            "for one; expected pictures and masks in folders of their own."
        )


def _walk(folder):
    """All pictures of a folder; folders that links lead to repeatedly are read once."""
    found, seen = [], set()
    for root, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        found += [os.path.join(root, name) for name in names if _is_picture(name)]
    return sorted(found)


def _matching(pattern):
    """The files of a glob; unlike `glob`, it does not follow circular links for ever."""
    if "**" not in pattern:
        return glob.glob(pattern)
    parts = pattern.split("/")
    first = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    root = "/".join(parts[:first]) or ("/" if first else "")
    below = [os.path.relpath(path, root or ".") for path in _walk(root or ".")]
    return [os.path.join(root, name) for name in below if _fits(name.split(os.sep), parts[first:])]


def _fits(names, patterns):
    """Whether the parts of a path fit those of a pattern, of which ** is any number of folders."""
    if not patterns:
        return not names
    if patterns == ["**"]:
        return bool(names)  # any file below
    if patterns[0] == "**":
        return any(_fits(names[skipped:], patterns[1:]) for skipped in range(len(names)))
    return (
        bool(names)
        and fnmatch.fnmatchcase(names[0], patterns[0])
        and _fits(names[1:], patterns[1:])
    )


def _is_picture(path):
    return path.lower().endswith(PICTURE_SUFFIXES) and not os.path.basename(path).startswith(".")


def _begins_like_a_picture(path):
    try:
        with open(path, "rb") as file:
            return format_of_bytes(file.read(16)) is not None
    except OSError:
        return False


def _read_list(path, key):
    folder = os.path.dirname(os.path.abspath(path))
    found = []
    for number, line in read_lines(path):
        name = existing(line, folder)
        if name is None:  # quoted, perhaps
            names = split_names(line, f"{key}: line {number} of {path}")
            name = existing(names[0], folder) if len(names) == 1 else None
        if name is None:
            raise InputError(f"{key}: line {number} of {path} names {line}, which is not a file.")
        found.append(name)
    return found
