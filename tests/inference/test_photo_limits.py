"""How large pictures may be, and what they are by their first bytes."""

import struct
import zlib

import pytest
from made_files import HEIGHT, WIDTH, encoded, noise
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.inference.png_parts import MOST_CHUNKS, SIGNATURE, chunk_bytes


def test_size_is_checked_before_decoding(tmp_path, monkeypatch):
    # 50000x50000 pixels of nothing: the header alone is a few bytes.
    header = struct.pack(">IIBBBBB", 50000, 50000, 8, 2, 0, 0, 0)
    body = b"IHDR" + header
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body
    pixels = struct.pack(">I", 1000) + b"IDAT" + bytes(1000)
    (tmp_path / "a.png").write_bytes(start + struct.pack(">I", zlib.crc32(body)) + pixels)
    with pytest.raises(InputError, match="50000x50000 pixels, more than the 67108864"):
        read_photo(tmp_path / "a.png")

    Image.fromarray(noise()).save(tmp_path / "b.png")
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(InputError, match="--max_pixels"):
        read_photo(tmp_path / "b.png", max_pixels=HEIGHT * WIDTH - 1)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
def test_every_format_keeps_to_the_limit_and_takes_what_is_at_it(tmp_path, file_format):
    Image.fromarray(noise()).save(tmp_path / "a", file_format)
    assert read_photo(tmp_path / "a", HEIGHT * WIDTH).color.shape == (HEIGHT, WIDTH, 3)
    with pytest.raises(InputError, match=f"has {WIDTH}x{HEIGHT} pixels, more than the"):
        read_photo(tmp_path / "a", HEIGHT * WIDTH - 1)


@pytest.mark.parametrize("height, words", [(8192, "cut short"), (8193, "more than the 67108864")])
def test_the_limit_is_a_square_of_8192(tmp_path, height, words):
    header = struct.pack(">IIBBBBB", 8192, height, 8, 2, 0, 0, 0)
    chunks = chunk_bytes(b"IHDR", header) + chunk_bytes(b"IDAT", zlib.compress(b"\0"))
    (tmp_path / "a.png").write_bytes(SIGNATURE + chunks)
    with pytest.raises(InputError, match=words):
        read_photo(tmp_path / "a.png")


@pytest.mark.parametrize("kind", [b"teSt", b"IDAT"])
def test_a_file_of_nothing_but_small_chunks_is_refused(tmp_path, kind):
    data, header = encoded("PNG", noise()), len(SIGNATURE) + 25

    def read(count):
        empty = chunk_bytes(kind, b"") * count
        (tmp_path / "a.png").write_bytes(data[:header] + empty + data[header:])
        return read_photo(tmp_path / "a.png").color

    assert (read(2000) == noise()).all()
    with pytest.raises(InputError, match=f"a.png is damaged: .* more than {MOST_CHUNKS} chunks"):
        read(MOST_CHUNKS)


def test_a_container_of_something_else_is_no_webp(tmp_path):
    (tmp_path / "a.webp").write_bytes(b"RIFF\x10\0\0\0WAVEfmt ")
    with pytest.raises(InputError, match="a.webp is not a PNG, JPEG, WebP, BMP or TIFF picture"):
        read_photo(tmp_path / "a.webp")


def test_pillows_own_limit_does_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    Image.fromarray(noise()).save(tmp_path / "a.png")
    assert read_photo(tmp_path / "a.png").color.shape == (HEIGHT, WIDTH, 3)
    assert Image.MAX_IMAGE_PIXELS == 10
