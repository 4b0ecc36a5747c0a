"""The index of a TensorFlow checkpoint, checked first: TensorFlow aborts on absurd ones."""

import glob
import math
import os

from inpaint_tf.errors import InputError
from inpaint_tf.files import require_file

MOST_BYTES = 2**28  # of an index; one of a thousand variables has 100 kB
_FOOTER, _MAGIC = 48, 0xDB4775248B80FB57
_TRAILER = 5  # after each block: compression and checksum
_SIZES = {1: 4, 2: 8, 3: 4, 4: 1, 6: 1, 9: 8, 10: 1, 14: 2, 19: 2}  # DataType -> bytes
_STRING = 7


def require_sound_index(prefix):
    """Raises `InputError` unless a checkpoint's index fits its data files.

    Args:
        prefix: "DIR/snap-0" of "DIR/snap-0.index".

    Returns:
        dict of name -> tuple, the shapes of the tensors.

    Source:
        tensorflow/core/protobuf/tensor_bundle.proto (BundleHeaderProto, BundleEntryProto) and
        LevelDB's table format, doc/table_format.md.
    """
    try:
        return _shapes(prefix)
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"{prefix}.index cannot be read: {error.strerror}.") from error
    except (ValueError, LookupError, OverflowError) as error:
        raise InputError(f"{prefix} is not a readable checkpoint: {error}.") from error


def _shapes(prefix):
    if os.path.getsize(prefix + ".index") > MOST_BYTES:
        raise ValueError(f"its index has more than {MOST_BYTES} bytes")
    require_file(prefix + ".index", "the index of a checkpoint")  # devices have no size
    with open(prefix + ".index", "rb") as file:
        data = file.read()
    if len(data) < _FOOTER or int.from_bytes(data[-8:], "little") != _MAGIC:
        raise ValueError("its index is damaged or cut short")
    footer = data[-_FOOTER:]
    _, position = _handle(footer, 0)
    index, _ = _handle(footer, position)
    entries = {}
    for _, value in _block(data, index):
        handle, _ = _handle(value, 0)
        entries.update(_block(data, handle))
    sizes = {}
    for path in glob.glob(glob.escape(prefix) + ".data-?????-of-?????"):
        sizes[int(path[-14:-9])] = os.path.getsize(path)
    return {
        name.decode(errors="replace"): _checked_shape(name, _fields(value), sizes)
        for name, value in entries.items()
        if name  # the entry without a name is the header
    }


def _checked_shape(name, fields, sizes):
    """The shape of one tensor, if its position in a data file is possible."""
    dims = _fields(fields.get(2, b"")).get(2, [])
    shape = tuple(_number(_fields(dim), 1) for dim in dims)
    dtype, shard = _number(fields, 1), _number(fields, 3)
    offset, size = _number(fields, 4), _number(fields, 5)
    text = name.decode(errors="replace")[:80]
    if any(not 0 <= side < 2**40 for side in shape) or len(shape) > 254:
        raise ValueError(f"{text} has the shape {shape[:8]}")
    if 7 in fields:  # slices are listed as entries of their own
        return shape
    if not (offset >= 0 and size >= 0 and shard in sizes and offset + size <= sizes[shard]):
        raise ValueError(f"{text} lies outside the data files")
    expected = math.prod(shape) * _SIZES.get(dtype, 1)
    if (dtype != _STRING and size < expected) or (dtype in _SIZES and size != expected):
        raise ValueError(f"{text} of shape {shape[:8]} has {size} bytes")
    return shape


def _block(data, handle):
    """The pairs of key and value of a block; a key begins like the one before."""
    offset, size = handle
    if offset + size + _TRAILER > len(data) or size < 4:
        raise ValueError("its index is damaged")
    if data[offset + size] != 0:
        raise ValueError("its index is compressed")
    block = data[offset : offset + size]
    end = size - 4 - 4 * int.from_bytes(block[-4:], "little")
    key, position, pairs = b"", 0, []
    while position < end:
        shared, position = _varint(block, position)
        fresh, position = _varint(block, position)
        length, position = _varint(block, position)
        if shared > len(key) or position + fresh + length > end:
            raise ValueError("its index is damaged")
        key = key[:shared] + block[position : position + fresh]
        pairs.append((key, block[position + fresh : position + fresh + length]))
        position += fresh + length
    return pairs


def _handle(data, position):
    offset, position = _varint(data, position)
    size, position = _varint(data, position)
    return (offset, size), position


def _fields(message):
    """Fields of a Protocol Buffers message: ints, bytes, and lists of bytes for number 2."""
    if not isinstance(message, (bytes, list)):
        raise ValueError("its index is damaged")
    found, position = {}, 0
    message = message[-1] if isinstance(message, list) else message
    while position < len(message):
        key, position = _varint(message, position)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, position = _varint(message, position)
        elif wire_type in (1, 5):
            position += 8 if wire_type == 1 else 4
            value = message[position - 4 : position]
        elif wire_type == 2:
            length, position = _varint(message, position)
            value, position = message[position : position + length], position + length
        else:
            raise ValueError("its index is damaged")
        if position > len(message):
            raise ValueError("its index is damaged")
        if number == 2 and wire_type == 2:
            found.setdefault(2, []).append(value)
        else:
            found[number] = value
    return found


def _number(fields, number):
    """A signed 64-bit field, 0 if it is left out."""
    value = fields.get(number, 0)
    if not isinstance(value, int):
        raise ValueError("its index is damaged")
    return value - 2**64 if value >= 2**63 else value


def _varint(data, position):
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise ValueError("its index is damaged or cut short")
        value |= (data[position] & 127) << shift
        position, shift = position + 1, shift + 7
        if data[position - 1] < 128:
            return value, position
