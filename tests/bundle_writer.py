"""TensorFlow checkpoints written by hand, whatever their index says."""

import google_crc32c

MAGIC = 0xDB4775248B80FB57


def varint(value):
    value %= 1 << 64
    digits = b""
    while value > 127:
        digits += bytes([value & 127 | 128])
        value >>= 7
    return digits + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def checksum(data):
    """CRC-32C as LevelDB stores it, of data that may hold checksums themselves."""
    value = google_crc32c.value(bytes(data))
    return (((value >> 15 | value << 17) + 0xA282EAD8) % 2**32).to_bytes(4, "little")


def block(pairs):
    body = b"".join(varint(0) + varint(len(k)) + varint(len(v)) + k + v for k, v in pairs)
    body += bytes(4) + (1).to_bytes(4, "little") + b"\0"
    return body + checksum(body)


def entry(shape, offset, size, data, kind=1, shard=0):
    """What an index says of one tensor: float32 (1) by default."""
    dims = b"".join(field(2, field(1, side)) for side in shape)
    message = field(1, kind) + field(2, dims) + field(3, shard) + field(4, offset) + field(5, size)
    stored = data[max(offset, 0) : max(offset + size, 0)]
    return message + varint(6 << 3 | 5) + checksum(stored)


def index_file(entries):
    """The bytes of an index of pairs of name and `entry`."""
    pairs = [(b"", field(1, 1)), *((name.encode(), value) for name, value in sorted(entries))]
    first = block(pairs)
    index = block([(b"zz", varint(0) + varint(len(first) - 5))])
    meta = block([])
    handles = [(len(first) + len(index), len(meta) - 5), (len(first), len(index) - 5)]
    footer = b"".join(varint(number) for handle in handles for number in handle)
    return first + index + meta + footer.ljust(40, b"\0") + MAGIC.to_bytes(8, "little")


def checkpoint(path, entries, data=bytes(1000)):
    """Writes a checkpoint of (name, shape, offset, size) of float32; returns its prefix."""
    pairs = [(name, entry(shape, offset, size, data)) for name, shape, offset, size in entries]
    (path / "s-0.index").write_bytes(index_file(pairs))
    (path / "s-0.data-00000-of-00001").write_bytes(data)
    return str(path / "s-0")
