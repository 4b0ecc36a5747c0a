"""JPEG files of rare kinds: exports read them as test.py and other programs do, or get a PNG."""

import io

import imagecodecs
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from traced_codec import decoder

from inpaint_tf.export.pixels import Limits
from inpaint_tf.export.upload import read_upload
from inpaint_tf.inference.photo import photo_of

ADOBE = b"\xff\xee\0\x0eAdobe"


def file_of_inks(transform, **options):
    """Cyan, magenta, yellow and black beside each other; `transform` None omits Adobe's segment."""
    inks = np.zeros([16, 40, 4], np.uint8)
    for number in range(4):
        inks[:, 8 * number : 8 * number + 8, number] = 255 - 60 * number
    file = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(file, "JPEG", quality=95, subsampling=0, **options)
    data = file.getvalue()
    start = data.index(ADOBE)
    kept = data[start : start + 15] + bytes([transform]) if transform is not None else b""
    return data[:start] + kept + data[start + 16 :]


@pytest.mark.parametrize("transform", [None, 0, 2])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_inks_are_read_as_by_test_py(transform, options):
    data = file_of_inks(transform, **options)
    pixels, problem = decoder(Limits(10_000))(tf.constant(data))
    want = photo_of(io.BytesIO(data), "x").color
    assert problem.numpy() == b""
    assert np.abs(pixels.numpy().astype(int) - want).max() <= 1
    if transform is None:
        assert want[8, 4, 0] < 20 and want[8, 4, 1] > 235  # cyan
        assert want[8, 28].max() < 255 - 60  # black
        assert want[8, 36].min() > 235  # no ink


def test_inks_that_were_cut_short_are_named():
    data = file_of_inks(None)
    _, problem = decoder(Limits(10_000))(tf.constant(data[: len(data) * 2 // 3]))
    assert problem.numpy() != b""


def test_a_lossless_jpeg_goes_to_servers_as_png(tmp_path):
    pixels = np.random.RandomState(0).randint(0, 256, [24, 40]).astype(np.uint8)
    (tmp_path / "x.jpg").write_bytes(imagecodecs.ljpeg_encode(pixels, bitspersample=8))
    mask = np.zeros([24, 40], np.uint8)
    mask[4:9, 6:20] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    sent = read_upload(str(tmp_path / "x.jpg"), str(tmp_path / "m.png"))[2]
    picture = Image.open(io.BytesIO(sent))
    assert picture.format == "PNG"
    np.testing.assert_array_equal(np.asarray(picture), pixels)
