"""The parts of PNG files by themselves: what is refused, what is kept, in which order."""

import struct
import zlib
from types import SimpleNamespace

import numpy as np
import pytest
from made_files import HEIGHT, WIDTH, encoded, interlaced, noise, png, png_with
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference import png_parts as module
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.inference.photo_write import write_photo
from inpaint_tf.inference.png_parts import SIGNATURE, chunk_bytes, png_parts

LIMIT = HEIGHT * WIDTH
SHADES = (b"PLTE", bytes(range(12)))


def parts(data, limit=LIMIT):
    return png_parts("a.png", data, limit)


def chunks_of(data):
    """Pairs of name and body."""
    position, found = 8, []
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        found.append((data[position + 4 : position + 8], data[position + 8 : position + 8 + size]))
        position += 12 + size
    return found


def file_of(chunks):
    return SIGNATURE + b"".join(chunk_bytes(*chunk) for chunk in chunks)


def with_rows(data, change):
    """A file whose unpacked rows are those that `change` makes of them."""
    return file_of(
        (name, zlib.compress(change(zlib.decompress(body))) if name == b"IDAT" else body)
        for name, body in chunks_of(data)
    )


def kinds():
    for depth in (1, 2, 4, 8, 16):
        samples = np.random.RandomState(depth).randint(0, 2**depth, [HEIGHT, WIDTH])
        yield png(samples, depth, 0)
        if depth < 16:
            yield png(samples % 4, depth, 3, [SHADES])
    for depth, dtype in ((8, np.uint8), (16, np.uint16)):
        for channels, color_type in ((2, 4), (3, 2), (4, 6)):
            yield png(noise(channels, dtype).astype(int), depth, color_type)
            yield interlaced(noise(channels, dtype), depth, color_type)


@pytest.mark.parametrize("data", kinds())
def test_the_last_byte_of_the_pixels_is_missed_and_one_more_is_passed_over(tmp_path, data):
    for rows in (lambda rows: rows, lambda rows: rows + b"\7"):
        (tmp_path / "a.png").write_bytes(with_rows(data, rows))
        assert read_photo(tmp_path / "a.png").color.shape[:2] == (HEIGHT, WIDTH)
    with pytest.raises(InputError, match="a.png is cut short: .* bytes of its pixels are there"):
        parts(with_rows(data, lambda rows: rows[:-1]))


@pytest.mark.parametrize(
    "width, height, rest, words",
    [
        (0, 13, (8, 2, 0, 0, 0), "it has 0x13 pixels"),
        (22, 0, (8, 2, 0, 0, 0), "it has 22x0 pixels"),
        (22, 13, (3, 2, 0, 0, 0), "describes no PNG picture"),
        (22, 13, (4, 2, 0, 0, 0), "describes no PNG picture"),
        (22, 13, (8, 1, 0, 0, 0), "describes no PNG picture"),
        (22, 13, (8, 2, 1, 0, 0), "describes no PNG picture"),
        (22, 13, (8, 2, 0, 1, 0), "describes no PNG picture"),
        (22, 13, (8, 2, 0, 0, 2), "describes no PNG picture"),
    ],
)
def test_headers_that_are_none(width, height, rest, words):
    (_, _), *others = chunks_of(encoded("PNG", noise()))
    header = struct.pack(">II5B", width, height, *rest)
    with pytest.raises(InputError, match=words):
        parts(file_of([(b"IHDR", header), *others]))
    with pytest.raises(InputError, match="does not begin with a PNG header"):
        parts(file_of([(b"IHDR", header + b"\0"), *others]))


def test_chunks_that_decoders_would_stumble_over_are_refused():
    header, *others = chunks_of(encoded("PNG", noise()))
    for odd in (header, (b"ABcD", b"")):
        with pytest.raises(InputError, match="holds chunks that no PNG reader knows"):
            parts(file_of([header, odd, *others]))
    assert parts(file_of([header, (b"aBcD", b""), *others])).notices == ()


def test_the_end_mark_counts_whatever_its_checksum(tmp_path):
    data = encoded("PNG", noise())
    (tmp_path / "a.png").write_bytes(data[:-1] + b"\0")
    got = read_photo(tmp_path / "a.png")
    np.testing.assert_array_equal(got.color, noise())
    assert got.notices == ()


def test_the_first_palette_counts_and_stands_before_its_transparency():
    samples = noise(1).astype(int) % 4
    clear = (b"tRNS", b"\0\1\2\3")
    chunks = [SHADES, (b"PLTE", bytes(12)), (b"gAMA", bytes(4)), clear]
    found = parts(png(samples, 8, 3, chunks))
    assert chunks_of(found.data)[1:3] == [SHADES, clear]
    assert [name for name, _ in chunks_of(found.data)[3:]] == [b"IDAT", b"IEND"]
    assert found.notices == ()


def test_transparency_that_does_not_count_is_named():
    samples, clear = noise(1).astype(int) % 4, (b"tRNS", b"\0\1\2\3")
    damaged = bytearray(png(samples, 8, 3, [SHADES, clear]))
    damaged[damaged.index(b"tRNS") + 4] ^= 1
    odd = [[clear, SHADES], [SHADES, (b"tRNS", b"")], [SHADES, (b"tRNS", bytes(5))]]
    for data in (bytes(damaged), *(png(samples, 8, 3, chunks) for chunks in odd)):
        found = parts(data)
        assert b"tRNS" not in found.data and "tRNS is damaged" in found.notices[0]


def test_chunks_are_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_CHUNKS", 4)
    assert parts(png_with([(b"abCd", b"")])).notices == ()
    with pytest.raises(InputError, match="more than 4 chunks"):
        parts(png_with([(b"abCd", b"")] * 2))


def test_pixels_are_not_unpacked_to_their_end(monkeypatch):
    """Thousands of times more than the picture holds may be packed."""
    bomb = with_rows(encoded("PNG", noise()), lambda rows: rows + bytes(2**23))
    unpacked = []

    class Unpacker:
        def __init__(self):
            self.inner = zlib.decompressobj()

        def decompress(self, *given):
            made = self.inner.decompress(*given)
            unpacked.append(len(made))
            return made

        def __getattr__(self, name):
            return getattr(self.inner, name)

    monkeypatch.setattr(
        module, "zlib", SimpleNamespace(decompressobj=Unpacker, crc32=zlib.crc32, error=zlib.error)
    )
    parts(bomb)
    assert 0 < sum(unpacked) < 2**22


@pytest.mark.parametrize(
    "change, kept",
    [
        (lambda packed: packed, True),
        (lambda packed: packed + b"more", True),
        (lambda packed: packed[:-5], False),
        (lambda packed: zlib.compress(b""), False),
        (lambda packed: zlib.compress(bytes(200)), False),
    ],
)
def test_profiles_are_whole_and_bounded(monkeypatch, change, kept):
    monkeypatch.setattr(module, "MOST_PROFILE", 100)
    packed = change(zlib.compress(b"profile" * 9))
    found = parts(png_with([(b"iCCP", b"name\0\0" + packed)]))
    assert found.icc_profile == (b"profile" * 9 if kept else None)
    assert kept or "profile is damaged or too large" in found.notices[0]


def test_sizes_on_paper(tmp_path):
    for body in (b"", bytes(8), struct.pack(">IIB", 9, 9, 0), struct.pack(">IIB", 9, 0, 1),
                 struct.pack(">IIB", 0, 9, 1), struct.pack(">IIBB", 9, 9, 1, 1)):  # fmt: skip
        assert parts(png_with([(b"pHYs", body)])).dpi is None
    (tmp_path / "a.png").write_bytes(png_with([(b"pHYs", struct.pack(">IIB", 2**32 - 1, 7, 1))]))
    write_photo(tmp_path / "b.png", read_photo(tmp_path / "a.png"))
    written = dict(chunks_of((tmp_path / "b.png").read_bytes()))
    assert written[b"pHYs"] == struct.pack(">IIB", 2**31 - 1, 7, 1)  # no more is allowed
    with Image.open(tmp_path / "b.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), noise())


@pytest.mark.parametrize(
    "chunks, pictures",
    [
        ([], 1),
        ([(b"acTL", struct.pack(">II", 3, 0)), (b"fcTL", bytes(26))], 3),
        ([(b"acTL", struct.pack(">II", 3, 0))], 4),
        ([(b"acTL", struct.pack(">II", 0, 0)), (b"fcTL", bytes(26))], 1),
        ([(b"acTL", b"\0\0\3")], 1),
    ],
)
def test_pictures_of_an_animation(chunks, pictures):
    assert parts(png_with(chunks)).pictures == pictures
