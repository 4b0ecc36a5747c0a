"""The parts of JPEG files by themselves: what is kept for the pixels, what beside them."""

import io
import struct

import numpy as np
import pytest
from made_files import HEIGHT, WIDTH, encoded, exif_block, jpeg_with, noise
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference import jpeg_parts as module
from inpaint_tf.inference.jpeg_parts import jpeg_parts, require_few_scans, require_frame_within
from inpaint_tf.inference.photo import read_photo


def parts(data):
    return jpeg_parts("a.jpg", data)


def place(data, marker):
    """Where the body of the first segment of this kind begins."""
    return data.index(bytes([0xFF, marker])) + 4


@pytest.mark.parametrize("marker", [*range(0xE0, 0xF0), 0xFE])
def test_nothing_beside_the_pixels_stays_with_them(marker):
    data = encoded("JPEG", noise())
    found = parts(jpeg_with([(marker, b"secret place")], noise()))
    assert found.data == parts(data).data == data and found.notices == ()


def test_what_stands_between_segments_is_filling():
    data = encoded("JPEG", noise())
    for marker in (0xDB, 0xC0, 0xC4, 0xDA):
        start = place(data, marker) - 4
        for filling in (b"\xff", b"junk", b"\0\xff\0"):
            assert parts(data[:start] + filling + data[start:]).data == data


@pytest.mark.parametrize("options", [{"keep_rgb": True}, {"subsampling": 0}, {"quality": 20}])
def test_how_colours_are_stored_is_kept(tmp_path, options):
    (tmp_path / "a.jpg").write_bytes(encoded("JPEG", noise(), **options))
    with Image.open(tmp_path / "a.jpg") as picture:
        want = np.asarray(picture)
    np.testing.assert_array_equal(read_photo(tmp_path / "a.jpg").color, want)


def test_the_word_that_colours_are_rgb_is_kept(tmp_path):
    """Where the names of the components do not say so."""
    data = bytearray(encoded("JPEG", noise(), keep_rgb=True))
    with Image.open(io.BytesIO(bytes(data))) as picture:
        want = np.asarray(picture)
    assert b"Adobe" in data
    for first, step in ((place(data, 0xC0) + 6, 3), (place(data, 0xDA) + 1, 2)):
        assert bytes(data[first : first + 3 * step : step]) == b"RGB"
        data[first : first + 3 * step : step] = b"\1\2\3"
    (tmp_path / "a.jpg").write_bytes(data)
    np.testing.assert_array_equal(read_photo(tmp_path / "a.jpg").color, want)


def test_what_follows_the_end_is_another_thing(tmp_path):
    data = encoded("JPEG", noise())
    for more in (b"\0\2\xff\xc0\0\3a", encoded("JPEG", noise(seed=1)), b"\xff\xda junk"):
        assert parts(data + more).data == data
    for more in (b"\xff\xd8\0\2\xff\xc0\0\3a", encoded("JPEG", noise(seed=1))):
        found = parts(data[:-2] + more)
        assert found.data == data and "lacks its end mark" in found.notices[0]


@pytest.mark.parametrize("length", [0, 1, 60000])
def test_lengths_that_are_none_end_the_file(length):
    data = encoded("JPEG", noise())
    for marker in (b"\xff\xfe", b"\xff\xdd"):
        found = parts(data[:-2] + marker + struct.pack(">H", length) + data[-2:])
        assert found.data == data and "lacks its end mark" in found.notices[0]
    body = b"ICC_PROFILE\0\1\1abc"  # a segment may end with the file
    last = b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body
    assert parts(data[:-2] + last).icc_profile == b"abc"


def test_frames_and_scans_that_are_none():
    data = encoded("JPEG", noise())
    frame, scan = (place(data, marker) - 4 for marker in (0xC0, 0xDA))
    size = 2 + int.from_bytes(data[frame + 2 : frame + 4], "big")
    twice = data[:frame] + data[frame : frame + size] + data[frame:]
    short = data[:frame] + b"\xff\xc0\0\x07\x08\0\1\0\1" + data[frame + size :]
    with pytest.raises(InputError, match="the header of its frame is too short"):
        parts(short)
    for odd, count in ((twice, 2), (data[:frame] + data[frame + size :], 0)):
        with pytest.raises(InputError, match=f"it describes {count} frames, expected one"):
            parts(odd)
    with pytest.raises(InputError, match="cut short or damaged: it has no pixels"):
        parts(data[:scan] + b"\xff\xd9")
    for header in (b"\xff\xda\0\2", b"\xff\xda\0\3\3", b"\xff\xda\0\5\1\1\0"):
        odd = data[:scan] + header + data[scan + 14 :]
        with pytest.raises(InputError, match="cut short: the last of its scans are missing"):
            parts(odd)


def test_only_progressive_files_have_parts_of_numbers(tmp_path):
    """Others may say anything of them."""
    data = encoded("JPEG", noise())
    end = place(data, 0xDA) + 7
    (tmp_path / "a.jpg").write_bytes(data[:end] + b"\0\5\1" + data[end + 3 :])
    assert read_photo(tmp_path / "a.jpg").color.shape == (HEIGHT, WIDTH, 3)


def test_scans_count_by_the_pixels_that_they_go_over(monkeypatch):
    data = encoded("JPEG", noise(), progressive=True)
    scans = data.count(b"\xff\xda")
    monkeypatch.setattr(module, "MOST_SCANNED", scans * WIDTH * HEIGHT - 1)
    monkeypatch.setattr(module, "FEW_SCANS", scans)
    require_few_scans("a.jpg", data, (WIDTH, HEIGHT))
    monkeypatch.setattr(module, "FEW_SCANS", scans - 1)
    require_few_scans("a.jpg", data, (WIDTH, HEIGHT - 1))
    require_few_scans("a.jpg", data, (WIDTH - 1, HEIGHT))
    with pytest.raises(InputError, match=f"a.jpg has {scans} scans of 22x13 pixels, more than"):
        require_few_scans("a.jpg", data, (WIDTH, HEIGHT))
    with pytest.raises(InputError, match=f"a.jpg has {scans} scans of 22x13 pixels, more than"):
        require_frame_within("a.jpg", data, (WIDTH, HEIGHT))


def test_a_frame_within_another_file_is_no_larger_than_its_piece():
    data = encoded("JPEG", noise())
    require_frame_within("a.tif", data, (WIDTH, HEIGHT))
    for size in ((WIDTH - 1, HEIGHT), (WIDTH, HEIGHT - 1), (HEIGHT, WIDTH)):
        with pytest.raises(InputError, match=f"a piece of {size[0]}x{size[1]} pixels holds 22x13"):
            require_frame_within("a.tif", data, size)


ICC = b"ICC_PROFILE\0"


@pytest.mark.parametrize(
    "bodies, profile",
    [
        ([b"\1\1abc"], b"abc"),
        ([b"\2\2def", b"\1\2abc"], b"abcdef"),  # in any order
        ([b"\1\2abc", b"\2\1def"], b"abcdef"),
        ([b"\1\2abc", b"\1\2xyz", b"\2\2def"], b"abcdef"),
        ([b"\1\2abc"], None),
        ([b"\0\1abc"], None),
        ([b"\1\1"], None),
        ([b"\1"], None),
        ([b""], None),
    ],
)
def test_profiles_in_parts(bodies, profile):
    found = parts(jpeg_with([(0xE2, ICC + body) for body in bodies], noise()))
    assert found.icc_profile == profile
    named = profile is None and len(bodies[0]) > 2
    assert ("the colour profile is damaged" in " ".join(found.notices)) == named


def test_the_first_exif_data_count_wherever_they_are():
    xmp = (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    one, other = ((0xE1, b"Exif\0\0" + exif_block([(270, 3, 1, 2**16 * n)])) for n in (5, 6))
    found = parts(jpeg_with([xmp, one, other], noise()))
    assert found.exif[270] == 5 and found.notices == ()


@pytest.mark.parametrize(
    "body, dpi",
    [
        (b"JFIF\0\1\1\1\0\x48\0\x60\0\0", (72, 96)),
        (b"JFIF\0\1\1\2\0\x64\0\x32\0\0", (254, 127)),
        (b"JFIF\0\1\1\0\0\x48\0\x48\0\0", None),
        (b"JFIF\0\1\1\1\0\0\0\x48\0\0", None),
        (b"JFIF\0\1\1\1\0\x48\0\0\0\0", None),
        (b"JFIF\0\1\1\1\0\x48\0", None),
        (b"JFIF\0", None),
    ],
)
def test_sizes_on_paper(body, dpi):
    data = encoded("JPEG", noise())
    start = data.index(b"JFIF") - 4
    size = 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    segment = b"\xff\xe0" + struct.pack(">H", len(body) + 2) + body
    assert parts(data[:start] + segment + data[start + size :]).dpi == dpi


@pytest.mark.parametrize("number, pictures", [(3, 3), (1, 1), (0, 1)])
def test_pictures_of_a_phone_s_file(number, pictures):
    index = b"MPF\0" + exif_block([(0xB001, 4, 1, number)])
    assert parts(jpeg_with([(0xE2, index)], noise())).pictures == pictures
