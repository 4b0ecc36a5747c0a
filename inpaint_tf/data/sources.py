"""Sources of `data.train`: local folders, globs and lists, remote ones, and TFRecord shards."""

import glob
import os

from inpaint_tf.data.files import PICTURE_SUFFIXES, list_pictures
from inpaint_tf.data.remote import is_remote, matching, open_file
from inpaint_tf.data.shards import Record, is_shard, records_of
from inpaint_tf.errors import InputError


def find_pictures(source, key="data.train"):
    """Finds pictures, sorted by path.

    Args:
        source: as in `files.list_pictures`; or a folder or glob of a filesystem that TensorFlow
            reads, such as "gs://bucket/photos/*.jpg"; or one or a glob of TFRecord shards, local
            or remote, "photos/*.tfrecord".
        key: the key or flag, for errors.

    Returns:
        A list of at least one path, of which those in shards are `Record`s.

    Raises:
        InputError: nothing is found, or a shard is damaged.
    """
    path = os.path.expanduser(source)
    try:
        if is_remote(path):
            found = matching(path)
        elif is_shard(path):
            found = [path] if os.path.isfile(path) else sorted(glob.glob(path, recursive=True))
        elif os.path.isdir(path) and any(map(is_shard, os.listdir(path))):
            found = sorted(os.path.join(path, name) for name in os.listdir(path))
        else:
            return list_pictures(source, key)
        shards = [name for name in found if is_shard(name)]
        pictures = [name for name in found if name.lower().endswith(PICTURE_SUFFIXES)]
        if shards and pictures:
            raise InputError(
                f"{source!r} holds both pictures, {pictures[0]} for one, and shards; expected one "
                "kind."
            )
        pictures += [record for shard in shards for record in records_of(shard)]
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(key) else f"{key}: {text}") from error
    except OSError as error:
        raise InputError(f"{key}: {source!r} cannot be read: {error.strerror or error}.") from error
    if not pictures:
        raise InputError(f"{key}: {source!r} holds no pictures and no TFRecord shards.")
    return pictures


def open_picture_file(path):
    """A picture of `find_pictures` opened for reading; raises OSError or InputError."""
    return path.open() if isinstance(path, Record) else open_file(path)


def changed_at(path):
    """A number that changes when a picture changes; 0 if that is not checked."""
    elsewhere = isinstance(path, Record) or is_remote(path)
    return 0 if elsewhere else os.stat(path).st_mtime_ns
