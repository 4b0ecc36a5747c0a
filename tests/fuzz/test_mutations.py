"""Files with random damage: everything that reads them gives a result or one sentence.

`pytest -m slow tests/fuzz` takes a minute; FUZZ_SECONDS sets another time, FUZZ_SEED other damage.
"""

import contextlib
import io
import os
import time

import cv2
import numpy as np
import pytest
import tifffile
import yaml
from made_files import encoded, noise, png

from inpaint_tf.config.load import read_config
from inpaint_tf.errors import InputError
from inpaint_tf.inference.mask_file import mask_hole
from inpaint_tf.inference.photo import join, photo_of
from inpaint_tf.inference.photo_write import photo_bytes
from inpaint_tf.lists import read_lines, split_names

pytestmark = pytest.mark.slow
SECONDS = float(os.environ.get("FUZZ_SECONDS", 20))
SEED = int(os.environ.get("FUZZ_SEED", 0))
SLOWEST = 20.0  # seconds for one case
MOST_PIXELS = 2**20


def pictures():
    """Small files of every kind, with side data to be damaged too."""
    smooth = cv2.GaussianBlur(np.repeat(np.repeat(noise(), 4, 0), 4, 1), (0, 0), 2)
    deep = noise(4, np.uint16)
    yield encoded("PNG", noise(4), dpi=(300, 300), icc_profile=bytes(200))
    yield png(noise().astype(int), 8, 2, [(b"tRNS", bytes(6)), (b"gAMA", bytes(4))])
    yield cv2.imencode(".png", deep)[1].tobytes()
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        yield encoded("JPEG", smooth, exif=_exif(), icc_profile=bytes(300), **options)
    yield encoded("WEBP", noise(4), exif=_exif())
    yield encoded("BMP", noise())
    yield encoded("TIFF", noise(), exif=_exif())
    yield encoded("TIFF", noise(1), compression="tiff_lzw")
    for options in ({"compression": "zlib"}, {"tile": (16, 16)}, {"bigtiff": True}):
        file = io.BytesIO()
        tifffile.imwrite(file, deep, photometric="rgb", extrasamples=["unassalpha"], **options)
        yield file.getvalue()


def _exif():
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E], exif[0x011A], exif[0x0112] = "a description", 72.0, 6
    exif.get_ifd(0x8769)[0x829A] = 0.01
    exif.get_ifd(0x8825)[2] = (1.0, 2.0, 3.0)
    return exif


def damaged(data, random):
    """The bytes with a few of them changed, cut out, doubled, or the end missing."""
    data = bytearray(data)
    for _ in range(random.randint(1, 4)):
        place = random.randint(max(len(data), 1))
        kind = random.randint(6)
        if kind == 0:
            del data[place:]
        elif kind == 1:
            del data[place : place + random.randint(1, 20)]
        elif kind == 2:
            data[place:place] = data[place : place + random.randint(1, 20)]
        elif kind == 3:
            data[place : place + 4] = bytes(random.choice([0, 255, 127, 1], 4).astype(np.uint8))
        elif len(data):
            data[place % len(data)] = random.randint(256)
    return bytes(data)


def cases(seeds):
    """Damaged data without end, for as long as there is time."""
    random, end, seeds = np.random.RandomState(SEED), time.monotonic() + SECONDS, list(seeds)
    count = 0
    while time.monotonic() < end:
        yield damaged(seeds[random.randint(len(seeds))], random)
        count += 1
    assert count > 50


def test_pictures_and_masks():
    """What can be read can be written and read again with the same pixels."""
    for data in cases(pictures()):
        began = time.monotonic()
        try:
            photo = photo_of(io.BytesIO(data), "x", MOST_PIXELS)
        except InputError as error:
            assert str(error).startswith("x ")
            continue
        assert photo.color.dtype in (np.uint8, np.uint16)
        mask_hole(photo, "x", (20, 30))
        for file_format in ("PNG", "TIFF", "JPEG"):
            written, _ = photo_bytes(photo, file_format, "y")
            again = photo_of(io.BytesIO(written), "y")
            if file_format == "PNG":
                np.testing.assert_array_equal(join(again), join(photo))
        assert time.monotonic() - began < SLOWEST


def test_lists(tmp_path):
    text = "# images\n'a b.png' m.png o.png\nc.png\td.png\te.png\n"
    for data in cases(text.encode(each) for each in ("utf-8", "utf-8-sig", "utf-16")):
        (tmp_path / "list.txt").write_bytes(data)
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
        began = time.monotonic()
        with contextlib.suppress(InputError):
            read_config(str(tmp_path / "c.yml"))
        assert time.monotonic() - began < SLOWEST
