"""JPEG files with missing pixels within the graph: decoders would fill these with grey."""

import re

import cv2
import numpy as np
import pytest
from made_files import encoded, jpeg_with
from test_codec import decoded, photo

from inpaint_tf.inference.photo import join

END = b"\xff\xd9"


def smooth():
    pixels = np.random.RandomState(0).randint(0, 256, [80, 96, 3]).astype(np.uint8)
    return cv2.GaussianBlur(pixels, (0, 0), 2)


def cut_files(data):
    half = data[: len(data) // 2]
    yield half
    yield half + END
    yield half + b"\xff\xfe\0\4ab" + END  # a comment
    yield half + b"\xff\xdd\0\4\0\0" + END  # a segment that decoders need
    yield half + data
    restarts = [mark.start() for mark in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    yield from (data[:place] + END for place in restarts)
    scans = [mark.start() for mark in re.finditer(b"\xff\xda", data)]
    yield from (data[:scan] + END for scan in scans[1:])


def whole_files(data):
    yield data
    yield data[:-2]
    yield data + b"junk" + data[:99] + END
    yield data[:-2] + b"\xff\xff" + END
    yield data[:2] + b"\xff\xe1\0\x0d" + b"Exif\0\0\xff\xda\xff\xd9\xff" + data[2:]
    scan = data.index(b"\xff\xda")
    # Filling, a marker without a segment, and many comments.
    for between in (b"\xff\xff", b"\xff\x01", b"\xff\xfe\0\3a" * 100):
        yield data[:scan] + between + data[scan:]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"restart_marker_blocks": 3},
        {"restart_marker_rows": 3},
        {"subsampling": 0},
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_what_ends_in_grey_is_refused_and_what_is_whole_is_not(options, channels):
    data = encoded("JPEG", smooth().squeeze() if channels == 3 else smooth()[..., 0], **options)
    for cut in cut_files(data):
        assert "cut short" in decoded(cut)[1]
    for whole in whole_files(data):
        pixels, problem = decoded(whole)
        assert problem == ""
        np.testing.assert_array_equal(pixels.squeeze(), join(photo(data)))
        np.testing.assert_array_equal(join(photo(whole)), join(photo(data)))


def test_a_picture_that_is_grey_itself_is_whole():
    grey = smooth()
    grey[40:, 30:] = 128
    for data in (encoded("JPEG", grey), jpeg_with([(0xFE, b"\xff\xd9")], grey)):
        pixels, problem = decoded(data)
        assert problem == "" and (pixels[-1, -1] == 128).all()
        assert decoded(data[:-2] + b"\xff\xff" + END)[1] == ""


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 3}])
def test_what_is_missing_of_a_grey_end_is_missed(options):
    """Its pixels are the same without the last scans, and with what follows a restart marker."""
    grey = smooth()
    grey[40:, 30:] = 128
    data = encoded("JPEG", grey, **options)
    pixels, problem = decoded(data)
    assert problem == "" and (pixels[-1, -1] == 128).all()
    for cut in cut_files(data):
        assert "cut short" in decoded(cut)[1]


def test_scans_of_every_component_are_missed():
    """The last scan, of brightness, comes before those of the two colours."""
    *start, first, second, brightness = re.split(
        b"(?=\xff\xc4)", encoded("JPEG", smooth(), progressive=True)[:-2]
    )
    for colors in ((first, second), (second, first)):
        whole = b"".join([*start, brightness, *colors])
        pixels, problem = decoded(whole + END)
        assert problem == ""
        np.testing.assert_array_equal(pixels, join(photo(whole + END)))
        assert "cut short" in decoded(whole[: -len(colors[-1])] + END)[1]


def test_segments_without_end_are_refused():
    """Each takes time."""
    assert "more segments" in decoded(jpeg_with([(0xFE, b"")] * 4100, smooth()))[1]
