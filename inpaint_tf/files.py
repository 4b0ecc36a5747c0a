"""Files that are written whole or not at all, and their hashes."""

import contextlib
import glob
import hashlib
import os
import pathlib
import shutil
import tempfile
import time

from inpaint_tf.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

PARTIAL = ".partial-"  # in the names of what is not whole yet
_LEFT_AFTER = 60.0  # seconds; within them the process that made a file claims it
_CLEANED = set()  # directories in which this process has removed leftovers


def require_file(path, expected):
    """Raises `InputError` unless `path` is a regular file: reading a pipe may take for ever."""
    if not os.path.isfile(path):
        what = "a directory" if os.path.isdir(path) else "not a file"
        raise InputError(f"{path} is {what}; expected {expected}.")


def require_no_pattern(path, name):
    """Raises `InputError` for a path that TensorFlow would write to but could not read again.

    It takes names of checkpoints for patterns, which those with brackets or backslashes do not fit.

    Args:
        path: of a directory or checkpoint.
        name: how the sentence begins.
    """
    if "[" in path or (os.sep == "/" and "\\" in path):
        raise InputError(
            f"{name} has a bracket or backslash in its path, and TensorFlow finds no checkpoint "
            "there; choose another name."
        )


def is_inside(path, folder):
    """Whether a path, which need not exist yet, is a folder or somewhere below it."""
    path, folder = pathlib.Path(path).resolve(), pathlib.Path(folder).resolve()
    return folder in (path, *path.parents)


@contextlib.contextmanager
def replacing(path):
    """Gives a temporary name beside `path`; renames it to `path` if the block succeeds.

    Args:
        path: the file that is to exist afterwards. Its directory must exist.

    Yields:
        A path with the same suffix, in the same directory, for the block to write.

    Raises:
        InputError: `path` cannot be written; an existing file there is left as it was.
    """
    path = os.fspath(path)
    directory, name = os.path.split(os.path.abspath(path))
    if os.path.isdir(path):
        raise InputError(f"{path} is a directory; expected a file name to write.")
    if not os.path.isdir(directory):
        raise InputError(f"{path} cannot be written: the directory {directory} does not exist.")
    if directory not in _CLEANED:
        _CLEANED.add(directory)
        remove_leftovers(directory)
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=f".{name[:40]}{PARTIAL}", suffix=os.path.splitext(name)[1], dir=directory
        )
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    os.close(handle)
    try:
        with claimed(temporary):
            yield temporary
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


@contextlib.contextmanager
def claimed(path):
    """Within the block no other process takes the file or directory for a leftover, see below."""
    handle = None
    if fcntl is not None:
        with contextlib.suppress(OSError):  # no locks on this disk
            handle = os.open(path, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def remove_leftovers(directory):
    """Removes half-written files and directories of processes that were killed.

    The names say that they are half-written, and a process that still writes has claimed them.
    If the system or the disk has no locks, nothing is removed.
    """
    for path in glob.glob(os.path.join(glob.escape(directory), f".*{PARTIAL}*")):
        with contextlib.suppress(OSError):
            if fcntl is None or time.time() - os.path.getmtime(path) < _LEFT_AFTER:
                continue
            handle = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.isdir(path):
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    os.unlink(path)
            finally:
                os.close(handle)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sha256_of_file(path):
    """SHA-256 of the bytes of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(2**20), b""):
            digest.update(piece)
    return digest.hexdigest()
