"""Files of every filesystem that Beam knows: read at once, written whole or not at all."""

import os
import re
import uuid

from apache_beam.io.filesystem import FileSystem
from apache_beam.io.filesystems import FileSystems

from inpaint_tf.errors import InputError
from inpaint_tf.files import PARTIAL, replacing

# Object stores show a file when it is closed; renaming one would copy it.
_SHOWN_WHOLE = ("gs", "s3", "azfs")


def read_bytes(path):
    """All bytes of a file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with FileSystems.open(path) as file:
            return file.read()
    except Exception as error:  # filesystems raise what their libraries do
        raise InputError(f"{path} cannot be read: {reason_of(error)}.") from error


def write_bytes(path, data):
    """Writes a file, and the folders above it; an existing one is replaced.

    Raises:
        InputError: it cannot be written.
    """
    scheme = FileSystems.get_scheme(path)
    try:
        if scheme is None:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with replacing(path) as temporary, open(temporary, "wb") as file:
                file.write(data)
        elif scheme in _SHOWN_WHOLE:
            _write(path, data)
        else:
            _write_and_rename(path, data)
    except InputError:
        raise
    except Exception as error:  # filesystems raise what their libraries do
        raise InputError(f"{path} cannot be written: {reason_of(error)}.") from error


def exists(path):
    """Whether there is such a file.

    Raises:
        InputError: it cannot be found out, for example because there is no such filesystem.
    """
    try:
        return FileSystems.exists(path)
    except Exception as error:  # filesystems raise what their libraries do
        raise InputError(f"{path} cannot be looked for: {reason_of(error)}.") from error


def matches(pattern, path):
    """Whether a path matches a pattern."""
    return re.match(FileSystem.translate_pattern(pattern), path) is not None


def reason_of(error):
    """The reason of a failure on one line; Beam puts it into a table of all reasons."""
    details = getattr(error, "exception_details", None) or {}
    inner = next(iter(details.values()), error)
    text = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return " ".join(text.split())[:300].rstrip(".")


def _write(path, data):
    with FileSystems.create(path) as file:
        file.write(data)


def _write_and_rename(path, data):
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/.{name}{PARTIAL}{uuid.uuid4().hex}"
    try:
        _write(temporary, data)
        if FileSystems.exists(path):  # not every filesystem renames over an existing file
            FileSystems.delete([path])
        FileSystems.rename([temporary], [path])
    finally:
        if FileSystems.exists(temporary):
            FileSystems.delete([temporary])
