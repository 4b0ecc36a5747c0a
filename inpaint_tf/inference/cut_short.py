"""Files that lack their end, which decoders forgive as long as few pixels are missing."""

_PNG_END = b"IEND\xaeB`\x82"
_JPEG_END = b"\xff\xd9"
_SCAN = 0xDA


def is_cut_short(file_format, data):
    """Whether the end mark of a PNG or JPEG file is missing. What follows it does not matter.

    Args:
        file_format: "PNG", "JPEG", or another, for which the decoder's word is enough.
        data: the bytes of the file.
    """
    if file_format == "PNG":
        return data.rfind(_PNG_END) < 0
    if file_format == "JPEG":
        return data.find(_JPEG_END, _first_scan(data)) < 0
    return False


def _first_scan(data):
    """Where the pixels of a JPEG file begin: behind the segments, of which one may hold a
    thumbnail with an end mark of its own."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] != _SCAN:
        if data[position + 1] == 0xFF:  # a byte of filling
            position += 1
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return position
