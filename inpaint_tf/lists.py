"""Lists of files: lines of names, the same for every command."""

import os
import shlex
import unicodedata

from inpaint_tf.errors import InputError

MOST_BYTES = 2**26
LONGEST_LINE = 20_000  # characters; taking longer ones apart would be a matter of minutes
MASK_ENDING = "_mask"  # NAME_mask.png is usually the mask of NAME.jpg
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_lines(path, expected="one path a line"):
    """The lines of a list that are not empty or comments.

    Empty lines and lines that begin with # are skipped. UTF-8, with or without a byte order mark,
    and UTF-16 with one.

    Args:
        path: a text file.
        expected: what its lines should be, for messages.

    Returns:
        A list of pairs: the line's number and its text without the blanks around it.

    Raises:
        InputError: there is no such text.
    """
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory; expected a text file of lines.")
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > MOST_BYTES:
        raise InputError(f"{path} has more than {MOST_BYTES} bytes; expected {expected}.")
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text file of UTF-8; expected {expected}.") from error
    if "\0" in text:
        raise InputError(
            f"{path} is not a text file of UTF-8, or UTF-16 without a mark; expected {expected}."
        )
    # Files that were put together have their marks in the middle.
    lines = (line.strip().lstrip("\ufeff") for line in text.splitlines())
    lines = enumerate(lines, start=1)
    return [(number, line) for number, line in lines if line and not line.startswith("#")]


def split_names(line, where):
    """The names in a line: separated by tabs, or by blanks with quotes around names with blanks.

    Spreadsheets put quotes around names beside tabs too.
    """
    if len(line) > LONGEST_LINE:
        raise InputError(f"{where} has {len(line)} characters; expected a line of names.")
    if "\t" in line:
        names = (name.strip() for name in line.split("\t"))
        return [_unquoted(name) for name in names if name]
    try:
        names = shlex.split(line)
    except ValueError as error:
        raise InputError(f"{where} has a quotation mark without its partner.") from error
    if not all(names):
        raise InputError(f"{where} has an empty name.")
    return names


def existing(name, folder):
    """The file that a name in a list stands for, or None.

    Args:
        name: absolute, or relative to the working directory or to the list; accents may be letters
            of their own or not.
        folder: of the list.
    """
    forms = dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD"))))
    for form in forms:
        for path in (form, os.path.join(folder, form)):
            if os.path.isfile(path):
                return path
    return None


def same_name(name):
    """A name in the form in which names are compared."""
    return unicodedata.normalize("NFC", name)


def stem_of(path):
    """A path without suffix in the form in which names are compared; `_MASK` is `_mask`."""
    stem = same_name(os.path.splitext(path)[0])
    is_mask = stem.lower().endswith(MASK_ENDING)
    return stem[: -len(MASK_ENDING)] + MASK_ENDING if is_mask else stem


def masks_beside(paths):
    """The paths that are `NAME_mask` beside a picture `NAME`."""
    stems = {path: stem_of(path) for path in paths}
    known = set(stems.values())
    return [
        path
        for path, stem in stems.items()
        if stem.endswith(MASK_ENDING) and stem[: -len(MASK_ENDING)] in known
    ]


def _unquoted(name):
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] == '"' else name
