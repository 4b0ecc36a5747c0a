"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile

from inpaint_tf.errors import InputError


@contextlib.contextmanager
def replacing(path):
    """Gives a temporary name beside `path`; renames it to `path` when the block ends well.

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
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=f".{name[:40]}.", suffix=os.path.splitext(name)[1], dir=directory
        )
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    os.close(handle)
    try:
        yield temporary
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
