"""A folder, a glob or a list -> the paths of its pictures."""

import glob
import os

from inpaint_tf.errors import InputError

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
LIST_SUFFIXES = (".txt", ".lst", ".flist")


def list_pictures(source, key="data.train"):
    """Finds pictures, sorted by path.

    Args:
        source: a folder (searched recursively), a glob such as "photos/**/*.jpg", a picture, or a
            text file with one path a line, absolute or relative to the text file or to the
            working directory. "~" is the home directory.
        key: what asks, for the errors.

    Returns:
        A list of at least one path. Files of a list are known to exist, and keep its order.

    Raises:
        InputError: nothing is found, or a listed file does not exist.
    """
    path = os.path.expanduser(source)
    if os.path.isdir(path):
        found = _walk(path)
        wanted = f"files {', '.join(PICTURE_SUFFIXES)} in it or below it"
    elif os.path.isfile(path):
        if not path.lower().endswith(LIST_SUFFIXES):
            return [path]
        found, wanted = _read_list(path, key), "one path a line"
    elif glob.has_magic(path):
        found = sorted(p for p in glob.glob(path, recursive=True) if _is_picture(p))
        wanted = "a pattern that fits pictures"
    else:
        raise InputError(f"{key}: {source!r} does not exist; expected a folder, a glob or a list.")
    if not found:
        raise InputError(f"{key}: {source!r} holds no pictures; expected {wanted}.")
    return found


def _walk(folder):
    return sorted(
        os.path.join(root, name)
        for root, _, names in os.walk(folder, followlinks=True)
        for name in names
        if _is_picture(name)
    )


def _is_picture(path):
    return path.lower().endswith(PICTURE_SUFFIXES) and not os.path.basename(path).startswith(".")


def _read_list(path, key):
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{key}: the list {path} cannot be read: {error}.") from error
    folder = os.path.dirname(os.path.abspath(path))
    found = []
    for number, line in enumerate(lines, 1):
        if line:
            candidates = (line, os.path.join(folder, line))
            existing = [name for name in candidates if os.path.isfile(name)]
            if not existing:
                raise InputError(f"{key}: line {number} of {path} names {line}, which is no file.")
            found.append(existing[0])
    return found
