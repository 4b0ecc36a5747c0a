"""JPEG files and EXIF data: nothing beside the pixels stops them, and missing pixels are seen."""

import base64
import re
import struct
import zlib

import cv2
import imagecodecs
import numpy as np
import pytest
from made_files import HEIGHT, WIDTH, encoded, exif_block, jpeg_with, noise
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.inference.photo_write import write_photo


def smooth(height=80, width=96):
    pixels = np.random.RandomState(0).randint(0, 256, [height, width, 3]).astype(np.uint8)
    return cv2.GaussianBlur(pixels, (0, 0), 2)


def read(tmp_path, data):
    (tmp_path / "a.jpg").write_bytes(data)
    return read_photo(tmp_path / "a.jpg")


KINDS = [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}]


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize("options", KINDS)
def test_a_missing_end_mark_does_not_matter_and_missing_pixels_do(tmp_path, options, gray):
    pixels = smooth()[..., 0] if gray else smooth()
    data = encoded("JPEG", pixels, **options)
    whole = read(tmp_path, data)
    assert whole.notices == ()
    without = read(tmp_path, data[:-2])
    np.testing.assert_array_equal(without.color, whole.color)
    assert "end mark" in without.notices[0]
    for share in (0.5, 0.9):
        cut = data[: int(len(data) * share)]
        for end in (b"", b"\xff\xd9"):  # the second looks whole, and is filled with grey
            with pytest.raises(InputError, match="a.jpg is cut short"):
                read(tmp_path, cut + end)


@pytest.mark.parametrize("blocks", [1, 3, 7])
@pytest.mark.parametrize("gray", [False, True])
def test_missing_parts_between_restart_marks_are_seen(tmp_path, blocks, gray):
    """What is there consists of whole parts, so nothing is missing where the file is cut."""
    data = encoded("JPEG", smooth()[..., 0] if gray else smooth(), restart_marker_blocks=blocks)
    marks = [found.start() for found in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    for place in marks:
        with pytest.raises(InputError, match="a.jpg is cut short"):
            read(tmp_path, data[:place] + b"\xff\xd9")
    with pytest.raises(InputError, match="a.jpg is cut short"):
        read(tmp_path, data[: marks[1] - 3] + data[marks[1] :])
    filled = data[: marks[1]] + b"\xff" + data[marks[1] :]  # as some cameras do
    np.testing.assert_array_equal(read(tmp_path, filled).color, read(tmp_path, data).color)


def test_pixels_missing_of_any_scan_are_seen(tmp_path):
    data = encoded("JPEG", smooth(), progressive=True)
    scans = [found.start() for found in re.finditer(b"\xff\xda", data)]
    for scan in scans[1:]:
        end = data.rfind(b"\xff\xc4", 0, scan)
        end = end if end > data.rfind(b"\xff\xda", 0, scan) else scan
        with pytest.raises(InputError, match="a.jpg is cut short"):
            read(tmp_path, data[: end - 30] + data[end:])


# Progressive, of arithmetic coding, by libjpeg: red 2x, green 3y, blue xy.
ARITHMETIC = (
    "c-"
    "s4a<NpH&0WUXCHwH#V1_nkTWcYuZ!I^=Bjg6g+m4ls~os*M;i${c)hnt&6Qb?FzL{>^(PF6}rMnOeST|r4lSw=>~Tv"
    "Nxu(8R<<Uft5x!pKI?*u)5A2qPyaCl5D|1TU|Ik)n*E5y{~HDF#6f1_1^MW=16jCP7AKLB{`Q7}yvD7zO^{V&GwBWM"
    "C3t763Z?Kf@gHh>CU3dfo=LB?6VO2(SVbZ~(o;$jUUW-_Gup14vX5BFfCjXwN91Q-UPK1QHSr5)i-"
    "kCGRkg0E!W8_Dly*&9qnizASTp0n7~y%nS?+0+nbs2*giSZ9ua^K>5|%cdO&d8qmxWxUpR7-^?!WTThwf{@(-"
    "uC<bJe"
)


def test_zeros_that_arithmetic_coding_leaves_out_are_not_missing(tmp_path):
    data = zlib.decompress(base64.b85decode(ARITHMETIC))
    y, x = np.mgrid[:16, :24]
    color = read(tmp_path, data).color
    assert np.abs(color - np.dstack([2 * x, 3 * y, x * y % 256])).mean() < 6
    with pytest.raises(InputError, match="a.jpg is cut short"):
        read(tmp_path, data[:300] + b"\xff\xd9")


def test_what_decoders_need_behind_a_cut_does_not_hide_it(tmp_path):
    data = encoded("JPEG", smooth())
    for segment in (b"\xff\xdd\0\4\0\0", b"\xff\xfe\0\4ab", data[2:20]):
        with pytest.raises(InputError, match="a.jpg is cut short"):
            read(tmp_path, data[: len(data) // 2] + segment + b"\xff\xd9")


@pytest.mark.parametrize("end", [b"", b"\xff\xd9"])
@pytest.mark.parametrize("gray", [False, True])
def test_a_file_cut_between_two_scans_is_refused(tmp_path, gray, end):
    """Nothing is missing of the scans that are there, so decoders say nothing."""
    data = encoded("JPEG", smooth()[..., 0] if gray else smooth(), progressive=True)
    tables = [found.start() for found in re.finditer(b"\xff\xc4", data)]
    scans = [found.start() for found in re.finditer(b"\xff\xda", data)]
    assert len(scans) > 4
    for before, scan in zip(scans, scans[1:]):
        cut = next((place for place in tables if before < place < scan), scan)
        with pytest.raises(InputError, match="a.jpg is cut short: the last of its scans"):
            read(tmp_path, data[:cut] + end)
    assert read(tmp_path, data[:-2] + end).color.shape[:2] == smooth().shape[:2]


def test_a_component_without_a_scan_is_refused(tmp_path):
    """Of a file whose three components have a scan each, two."""
    coded = imagecodecs.jpeg8_encode(smooth(), subsampling="444")
    start = coded.index(b"\xff\xda")
    header = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"  # of the first component alone
    with pytest.raises(InputError, match="a.jpg is cut short: the last of its scans"):
        read(tmp_path, coded[:start] + header + coded[start + 14 :])


def test_the_bits_of_a_jpeg_are_named_where_they_are_not_eight(tmp_path):
    data = imagecodecs.jpeg_encode(smooth().astype(np.uint16) * 16, bitspersample=12)
    with pytest.raises(InputError, match="a.jpg is a JPEG of 12 bits a channel; expected 8"):
        read(tmp_path, data)


def test_scans_without_end_are_refused(tmp_path):
    pixels = np.zeros([1024, 1024], np.uint8)
    data = encoded("JPEG", pixels, progressive=True)
    last = data.rindex(b"\xff\xda")
    with pytest.raises(InputError, match="scans of 1024x1024 pixels"):
        read(tmp_path, data[:-2] + data[last:-2] * 3000 + b"\xff\xd9")


ODD = [
    [(270, 5, 1, 26)],  # a description that is a fraction
    [(315, 8, 1, struct.pack(">hh", -5, 0))],  # an artist that is a short
    [(274, 2, 4, b"six\0")],  # an orientation in words
    [(274, 5, 1, 26)],
    [(282, 2, 4, b"abc\0"), (296, 5, 1, 8)],
    [(34665, 2, 4, b"abc\0")],  # the place of more tags in words
    [(34665, 4, 1, 99999)],
    [(34853, 4, 1, 3)],
    [(270, 99, 7, 1234)],
    [(270, 2, 2**31, 8)],
    [(271, 12, 9, 3), (272, 2, 4, b"cam\0")],
]


@pytest.mark.parametrize("entries", ODD)
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_odd_tags_are_left_out_and_the_picture_is_done(tmp_path, entries, suffix):
    block = b"Exif\0\0" + exif_block(entries) + bytes(32)
    photo = read(tmp_path, jpeg_with([(0xE1, block)], smooth()))
    np.testing.assert_array_equal(photo.color, read(tmp_path, encoded("JPEG", smooth())).color)
    write_photo(tmp_path / f"b.{suffix}", photo)
    again = read_photo(tmp_path / f"b.{suffix}")
    assert again.color.shape == (80, 96, 3)
    if (272, 2, 4, b"cam\0") in entries:
        assert again.exif[272] == "cam"


@pytest.mark.parametrize(
    "segment",
    [
        (0xE1, b"Exif\0\0"),
        (0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        (0xE2, b"MPF\0junk"),
        (0xE2, b"MPF\0" + exif_block([(0xB001, 2, 4, b"two\0")])),
        (0xE2, b"ICC_PROFILE\0\1\2half"),
        (0xED, b"Photoshop 3.0\0" + b"8BIM\xff\xff"),
        (0xEE, b"Adobe"),
        (0xFE, b"\0" * 40000),
    ],
)
def test_odd_segments_are_passed_over(tmp_path, segment):
    photo = read(tmp_path, jpeg_with([segment], smooth()))
    np.testing.assert_array_equal(photo.color, read(tmp_path, encoded("JPEG", smooth())).color)
    assert photo.icc_profile is None


def test_tags_below_the_first_directory_are_kept(tmp_path):
    exif = Image.Exif()
    exif[272] = "cam"
    exif.get_ifd(0x8769)[0x829A] = 0.01
    exif.get_ifd(0x8825)[1] = "N"
    photo = read(tmp_path, encoded("JPEG", smooth(), exif=exif))
    for suffix in ("jpg", "png", "tif", "webp"):
        write_photo(tmp_path / f"b.{suffix}", photo)
        again = read_photo(tmp_path / f"b.{suffix}").exif
        assert again[272] == "cam" and again.get_ifd(0x8825)[1] == "N"
        assert again.get_ifd(0x8769)[0x829A] == pytest.approx(0.01)


def test_too_much_exif_for_a_format_is_left_out_with_a_notice(tmp_path):
    exif = Image.Exif()
    exif[270] = "x" * 70000
    (tmp_path / "a.png").write_bytes(encoded("PNG", noise(), exif=exif))
    photo = read_photo(tmp_path / "a.png")
    assert photo.exif[270] == "x" * 70000
    assert "65533 bytes" in " ".join(write_photo(tmp_path / "b.jpg", photo))
    again = read_photo(tmp_path / "b.jpg")
    assert again.color.shape == (HEIGHT, WIDTH, 3) and again.exif is None


@pytest.mark.parametrize("unit, factor", [(1, 1), (2, 2.54)])
def test_resolution_of_jpeg_is_kept(tmp_path, unit, factor):
    data = bytearray(encoded("JPEG", smooth()))
    data[13:18] = struct.pack(">BHH", unit, 300, 200)
    photo = read(tmp_path, bytes(data))
    assert photo.dpi == pytest.approx((300 * factor, 200 * factor))
    write_photo(tmp_path / "b.jpg", photo)
    assert read_photo(tmp_path / "b.jpg").dpi == pytest.approx(photo.dpi, abs=0.5)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_resolution_is_turned_with_the_picture(tmp_path, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    photo = read(tmp_path, encoded("JPEG", smooth(), exif=exif, dpi=(300, 150)))
    turned = photo.color.shape == (96, 80, 3)
    assert turned == (orientation >= 5)
    assert photo.dpi == ((150, 300) if turned else (300, 150))
