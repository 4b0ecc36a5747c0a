"""Files of this machine and of every filesystem that TensorFlow reads: gs://, s3://, ram:// ..."""

import os

from inpaint_tf.errors import InputError
from inpaint_tf.files import require_file


def is_remote(path):
    """Whether a path names a filesystem."""
    return "://" in path


def open_file(path):
    """A local or remote file opened for reading bytes.

    Raises:
        OSError, InputError: it cannot be read; the second with TensorFlow's reason.
    """
    if not is_remote(path):
        if os.path.exists(path):
            require_file(path, "a picture or a shard")
        return open(path, "rb")
    return _Remote(path)


def file_size(path):
    """Its length in bytes; raises as `open_file`."""
    if not is_remote(path):
        return os.path.getsize(path)
    return _asked(path, lambda gfile: gfile.stat(path).length)


def matching(pattern):
    """The files that match a remote pattern, or all files in and below a remote folder, sorted.

    Raises:
        InputError: TensorFlow cannot list them, for example because it has no such filesystem.
    """

    def find(gfile):
        if gfile.isdir(pattern):
            return [
                f"{above.rstrip('/')}/{name}"
                for above, _, names in gfile.walk(pattern)
                for name in names
            ]
        return gfile.glob(pattern)

    return sorted(_asked(pattern, find))


def _asked(path, question):
    """TensorFlow's result; its refusals become a sentence."""
    import tensorflow as tf

    try:
        return question(tf.io.gfile)
    except tf.errors.NotFoundError as error:
        raise InputError(f"{path} does not exist.") from error
    except tf.errors.OpError as error:
        reason = " ".join(str(error.message).split()).rstrip(".")
        raise InputError(f"{path} cannot be read: {reason}.") from error


class _Remote:
    """A remote file; reading it refuses with a sentence."""

    def __init__(self, path):
        self.path = path
        self.file = _asked(path, lambda gfile: gfile.GFile(path, "rb"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def seek(self, offset):
        """Goes to a byte."""
        _asked(self.path, lambda _: self.file.seek(offset))

    def read(self, count=-1):
        """Reads `count` bytes, or all that are left."""
        return _asked(self.path, lambda _: self.file.read(count))
