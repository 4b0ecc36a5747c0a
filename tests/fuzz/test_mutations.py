"""Pictures, masks, lists and configurations with random damage give a result or one sentence."""

import contextlib
import io
import os

import cv2
import numpy as np
import pytest
import tifffile
import yaml
from fuzz.damage import cases
from made_files import HEIGHT, WIDTH, encoded, interlaced, noise, png
from PIL import Image

from inpaint_tf.config.load import read_config
from inpaint_tf.errors import InputError
from inpaint_tf.inference.completion import complete, prepare
from inpaint_tf.inference.folder import Job, list_jobs
from inpaint_tf.inference.hole import HoleSource
from inpaint_tf.inference.photo import join, photo_of, read_photo
from inpaint_tf.inference.photo_write import photo_bytes
from inpaint_tf.lists import read_lines, split_names

pytestmark = pytest.mark.slow
MOST_PIXELS = 2**20


class Painter:
    """Fills holes with one value, in place of an `Inpainter`."""

    def __call__(self, image, mask, feather=0, alpha=None):
        completed = image.copy()
        completed[mask] = 77
        return completed

    def doubts(self, hole):
        return []


def pictures():
    """Small files of every kind, with side data to be damaged too."""
    smooth = cv2.GaussianBlur(np.repeat(np.repeat(noise(), 4, 0), 4, 1), (0, 0), 2)
    deep = noise(4, np.uint16)
    yield encoded("PNG", noise(4), dpi=(300, 300), icc_profile=bytes(200))
    yield png(noise().astype(int), 8, 2, [(b"tRNS", bytes(6)), (b"gAMA", bytes(4))])
    yield png(noise(1).astype(int) % 4, 2, 3, [(b"PLTE", bytes(range(12))), (b"tRNS", b"\1\2")])
    yield interlaced(noise(3, np.uint16), 16, 2)
    yield cv2.imencode(".png", deep)[1].tobytes()
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        yield encoded("JPEG", smooth, exif=_exif(), icc_profile=bytes(300), **options)
    yield encoded("WEBP", noise(4), exif=_exif())
    yield encoded("WEBP", noise(), lossless=True)
    yield encoded("BMP", noise())
    yield encoded("BMP", noise(1))
    yield encoded("TIFF", noise(), exif=_exif())
    yield encoded("TIFF", noise(1), compression="tiff_lzw")
    yield encoded("TIFF", noise(1) > 99, compression="group4")
    yield encoded("TIFF", smooth, compression="jpeg")
    for options in ({"compression": "zlib"}, {"tile": (16, 16)}, {"bigtiff": True}):
        file = io.BytesIO()
        tifffile.imwrite(file, deep, photometric="rgb", extrasamples=["unassalpha"], **options)
        yield file.getvalue()


def _exif():
    exif = Image.Exif()
    exif[0x010E], exif[0x011A], exif[0x0112] = "a description", 72.0, 6
    exif.get_ifd(0x8769)[0x829A] = 0.01
    exif.get_ifd(0x8825)[2] = (1.0, 2.0, 3.0)
    return exif


def test_pictures():
    """What can be read can be written in every format, and read again with the same pixels."""
    for data in cases(pictures()):
        try:
            photo = photo_of(io.BytesIO(data), "x", MOST_PIXELS)
        except InputError as error:
            assert str(error).startswith("x ") and "\n" not in str(error)
            continue
        assert photo.color.dtype in (np.uint8, np.uint16)
        for file_format in ("PNG", "TIFF", "JPEG", "WebP", "BMP"):
            try:
                written, _ = photo_bytes(photo, file_format, "y")
            except InputError as error:
                assert file_format == "WebP" and "at most 16383" in str(error)
                continue
            again = photo_of(io.BytesIO(written), "y")
            if file_format in ("PNG", "TIFF"):
                np.testing.assert_array_equal(join(again), join(photo))


def test_masks_and_known_pixels(tmp_path, monkeypatch):
    """Whatever the mask, what it does not mark is as it was."""
    monkeypatch.chdir(tmp_path)
    deep = noise(4, np.uint16)
    (tmp_path / "8.png").write_bytes(png(noise().astype(int), 8, 2))
    (tmp_path / "16.png").write_bytes(png(deep.astype(int), 16, 6))
    for number, data in enumerate(cases(pictures())):
        (tmp_path / "m").write_bytes(data)
        name, pixels = (("8.png", noise()), ("16.png", deep))[number % 2]
        try:
            prepared = prepare(Job(name, "m", "o.png"), HoleSource(grow=number % 3), MOST_PIXELS)
        except InputError as error:
            assert str(error).startswith("m") and "\n" not in str(error)
            continue
        assert prepared.hole.shape == (HEIGHT, WIDTH)
        complete(prepared, Painter())
        got = join(read_photo("o.png"))
        np.testing.assert_array_equal(got[~prepared.hole], pixels[~prepared.hole])
        assert (got[prepared.hole][:, :3] == 77).all()
        np.testing.assert_array_equal(got[..., 3:], pixels[..., 3:])


def test_lists(tmp_path):
    text = "# images\n'a b.png' m.png o.png\nc.png\td.png\te.png\n"
    for data in cases(text.encode(each) for each in ("utf-8", "utf-8-sig", "utf-16")):
        (tmp_path / "list.txt").write_bytes(data)
        with contextlib.suppress(InputError):
            list_jobs(tmp_path / "list.txt")
        try:
            for number, line in read_lines(tmp_path / "list.txt"):
                split_names(line, f"line {number}")
        except InputError as error:
            assert "\n" not in str(error)


def test_configurations(tmp_path):
    import inpaint_tf

    folder = os.path.join(os.path.dirname(inpaint_tf.__file__), "configs")
    with open(os.path.join(folder, "quick.yml"), encoding="utf-8") as file:
        values = yaml.safe_load(file)
    seed = yaml.safe_dump(values).encode()
    for data in cases([seed, b"seed: &a [1, *a]\n", b"a: &b {c: 1}\nd: {<<: *b}\n"]):
        (tmp_path / "c.yml").write_bytes(data)
        try:
            read_config(str(tmp_path / "c.yml"))
        except InputError as error:
            assert "\n" not in str(error)
