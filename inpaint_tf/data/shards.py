"""TFRecord shards: many pictures in a few files, each of which can be read by number."""

import io
import struct

from google_crc32c import value as crc32c

from inpaint_tf.amount import amount
from inpaint_tf.data.remote import file_size, open_file
from inpaint_tf.errors import InputError
from inpaint_tf.inference.opening import format_of_bytes

SUFFIXES = (".tfrecord", ".tfrecords")
KEYS = ("image/encoded", "image")  # names of the feature with a picture's bytes, tried in order
_HEADER, _CHECKSUM = 12, 4  # bytes: length with its checksum, checksum of the data


class Record(str):
    """A picture within a shard; as a text, the shard and the picture's number in it.

    shard: path. offset, length: of the record's data, in bytes.
    """

    def __new__(cls, shard, number, offset, length):
        self = super().__new__(cls, f"{shard}#{number}")
        self.shard, self.offset, self.length = shard, offset, length
        return self

    def open(self):
        """The picture's bytes as a file.

        Raises:
            InputError: the record is damaged or holds no picture.
        """
        with open_file(self.shard) as file:
            file.seek(self.offset)
            data, checksum = file.read(self.length), file.read(_CHECKSUM)
        if checksum != _masked(data):  # it is missing if the data end before it
            raise InputError(f"{self} is damaged: its checksum is another one.")
        return io.BytesIO(_picture_of(data, self))


def is_shard(path):
    """Whether a file is a shard by its name."""
    return path.lower().endswith(SUFFIXES)


def records_of(shard):
    """The pictures of a shard, found by their headers only; no picture is read.

    Returns:
        list of `Record`.

    Raises:
        InputError: it is not a TFRecord file, or is cut short.
    """
    found, offset, size = [], 0, file_size(shard)
    with open_file(shard) as file:
        while offset < size:
            file.seek(offset)
            header = file.read(_HEADER)
            if len(header) == _HEADER and header[8:] != _masked(header[:8]):
                raise InputError(
                    f"{shard} is not a TFRecord file, or damaged at byte {offset}; compressed ones "
                    "are not read."
                )
            length = struct.unpack("<Q", header[:8])[0] if len(header) == _HEADER else size
            if offset + _HEADER + length + _CHECKSUM > size:
                raise InputError(
                    f"{shard} is cut short after {amount(len(found), 'picture', 'pictures')}."
                )
            found.append(Record(shard, len(found), offset + _HEADER, length))
            offset += _HEADER + length + _CHECKSUM
    return found


def pictures_of_workers(paths, workers):
    """The pictures that each worker reads: those of its own shards.

    Args:
        paths: list of pictures.
        workers: how many there are.

    Returns:
        A list of lists of indices of `paths`, one for each worker, or None if not all pictures
        are in shards.

    Raises:
        InputError: there are fewer shards than workers.
    """
    if not all(isinstance(path, Record) for path in paths):
        return None
    shards = sorted({path.shard for path in paths})
    if len(shards) < workers:
        raise InputError(
            f"config.data.train has {len(shards)} shards of pictures; expected one or more for "
            f"each of {workers} workers."
        )
    owner = {shard: number % workers for number, shard in enumerate(shards)}
    pictures = [[] for _ in range(workers)]
    for index, path in enumerate(paths):
        pictures[owner[path.shard]].append(index)
    return pictures


def _masked(data):
    """The checksum of TFRecord files, 4 bytes."""
    checksum = crc32c(bytes(data))
    rotated = (checksum >> 15) | (checksum << 17)
    return struct.pack("<I", (rotated + 0xA282EAD8) & 0xFFFFFFFF)


def _picture_of(data, record):
    if format_of_bytes(data[:16]) is not None:
        return data
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        features = tf.train.Example.FromString(data).features.feature
    except DecodeError as error:
        raise InputError(f"{record} holds neither a picture nor a tf.train.Example.") from error
    for key in KEYS:
        if key in features and features[key].bytes_list.value:
            return features[key].bytes_list.value[0]
    raise InputError(
        f"{record} has the features {', '.join(sorted(features)) or 'of nothing'}; expected a "
        f"picture file's bytes in {' or '.join(KEYS)}."
    )
