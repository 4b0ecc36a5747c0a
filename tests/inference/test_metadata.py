"""EXIF data by themselves: what is read, what is kept, what is named as left out."""

import collections.abc
import io
from types import SimpleNamespace

import pytest
import tifffile
from made_files import noise
from PIL import Image

from inpaint_tf.inference.metadata import (
    dpi_of,
    exif_bytes,
    kept_exif,
    load_exif,
    orientation_of,
    tag_of,
)
from inpaint_tf.inference.tiff_tags import tiff_parts

CAMERA, PLACE, INTEROP = 0x8769, 0x8825, 0xA005
# Layouts of pixels, small versions of the picture, profile, XMP, IPTC, Photoshop's, GPS of ArcGIS.
LAYOUT = [254, 256, 257, 258, 262, 273, 277, 278, 279, 284, 322, 323, 324, 325, 330, 338, 347]
OTHERS = [274, 34675, 700, 33723, 34377, 37724]


def exif_of(values):
    exif = Image.Exif()
    exif.update(values)
    return exif


class Stubborn(Image.Exif):
    """Raises what Pillow may raise, for one tag and one directory."""

    def __getitem__(self, tag):
        if tag == 271:
            raise struct_error
        return super().__getitem__(tag)

    get = collections.abc.Mapping.get

    def get_ifd(self, tag):
        if tag == PLACE:
            raise struct_error
        return super().get_ifd(tag)


struct_error = AttributeError("'bytes' object has no attribute 'numerator'")


@pytest.mark.parametrize("tag", LAYOUT + OTHERS)
def test_what_a_new_file_has_itself_is_not_kept(tag):
    kept, notices = kept_exif("a.tif", exif_of({tag: 1, 270: "here"}))
    assert dict(kept) == {270: "here"} and notices == []
    assert kept_exif("a.tif", exif_of({tag: 1})) == (None, [])
    assert kept_exif("a.tif", None) == (None, [])


def test_tables_for_colours_are_left_out_with_a_notice():
    kept, notices = kept_exif("a.tif", exif_of({301: (0, 65535), 270: "here"}))
    assert dict(kept) == {270: "here"}
    assert notices == ["a.tif: the transfer function of its colours is left out."]


def test_sizes_in_pixels_are_not_kept_and_other_tags_are():
    exif = Image.Exif()
    exif.get_ifd(CAMERA).update({0xA002: 9, 0xA003: 7})
    stored, _ = load_exif("a.jpg", exif.tobytes())
    assert kept_exif("a.jpg", stored) == (None, [])
    exif.get_ifd(CAMERA).update({0x829A: 0.5, INTEROP: {1: "R98"}})
    exif.get_ifd(PLACE).update({1: "N", 0xA002: 5})
    stored, _ = load_exif("a.jpg", exif.tobytes())
    kept, notices = kept_exif("a.jpg", stored)
    assert notices == [] and len(kept) == 0  # all is below
    again, _ = load_exif("b.jpg", exif_bytes(kept))
    assert again.get_ifd(INTEROP) == {1: "R98"} and again.get_ifd(PLACE) == {1: "N", 0xA002: 5}
    assert again.get_ifd(CAMERA) == {0x829A: 0.5, INTEROP: again.get_ifd(CAMERA)[INTEROP]}


def test_directories_that_lead_nowhere_are_named():
    exif = Image.Exif()
    exif.get_ifd(CAMERA).update({0x829A: 0.5, INTEROP: 99_999})
    exif[CAMERA] = 26
    kept, notices = kept_exif("a.jpg", exif)
    assert kept.get_ifd(CAMERA) == {0x829A: 0.5}
    assert notices == [f"a.jpg: the EXIF tag {INTEROP} is damaged and left out."]
    exif.get_ifd(CAMERA)[INTEROP] = {1: "R98"}
    assert kept_exif("a.jpg", exif)[0].get_ifd(CAMERA)[INTEROP] == {1: "R98"}


@pytest.mark.parametrize(
    "tags, names",
    [
        ((270,), "270"),
        ((270, 271, 272), "270, 271, 272"),
        ((270, 271, 272, 305), "270, 271, 272 and 1 more"),
        ((270, 271, 272, 305, 306), "270, 271, 272 and 2 more"),
    ],
)
def test_values_that_cannot_be_written_are_named(tags, names):
    kept, notices = kept_exif("a.png", exif_of({315: "me", **dict.fromkeys(tags, None)}))
    assert dict(kept) == {315: "me"}
    assert notices == [f"a.png: the EXIF tag {names} is damaged and left out."]
    below = Image.Exif()
    below.get_ifd(CAMERA).update({0x829A: 0.5, **dict.fromkeys(tags, ())})
    below[CAMERA] = 26  # where it was
    kept, notices = kept_exif("a.png", below)
    assert kept.get_ifd(CAMERA) == {0x829A: 0.5} and names in notices[0]


def test_whatever_pillow_raises_only_that_tag_is_left_out():
    exif = Stubborn()
    exif.update({270: "here", 271: "Camera", PLACE: 26})
    assert tag_of(exif, 271, 5) == 5 and tag_of(exif, 270) == "here" and tag_of(None, 9, 8) == 8
    kept, notices = kept_exif("a.png", exif)
    assert dict(kept) == {270: "here"}
    assert notices == [f"a.png: the EXIF tag 271, {PLACE} is damaged and left out."]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("block", [b"", b"MM", b"II*\0\xff\xff\xff\xff", b"x" * 40])
def test_blocks_that_are_none(block):
    exif, notices = load_exif("a.jpg", block)
    assert not exif
    assert exif is not None or notices == ["a.jpg: the EXIF data are damaged and left out."]


def test_whatever_pillow_raises_of_a_block_is_a_sentence(monkeypatch):
    def fail(*_):
        raise struct_error

    monkeypatch.setattr(Image.Exif, "load", fail)
    assert load_exif("a.jpg", b"") == (None, ["a.jpg: the EXIF data are damaged and left out."])


@pytest.mark.parametrize(
    "value, orientation",
    [*((n, n) for n in range(1, 9)), (0, 1), (9, 1), (-1, 1), ("6", 1), (6.0, 1), ((6,), 1)],
)
def test_orientations(value, orientation):
    assert orientation_of(exif_of({274: value})) == orientation
    assert orientation_of(None) == orientation_of(Image.Exif()) == 1


@pytest.mark.parametrize(
    "tags, dpi",
    [
        ({282: 300.0, 283: 150.0, 296: 2}, (300, 150)),
        ({282: 300.0, 283: 150.0}, (300, 150)),
        ({282: 100.0, 283: 50.0, 296: 3}, (254, 127)),
        ({282: 300.0, 283: 150.0, 296: 1}, None),
        ({282: 300.0}, None),
        ({282: 0.5, 283: 1e6}, (0.5, 1e6)),
        ({282: 0.4, 283: 300.0}, None),
        ({282: 300.0, 283: 2e6}, None),
        ({282: "x", 283: 300.0}, None),
        ({282: float("nan"), 283: 300.0}, None),
    ],
)
def test_sizes_on_paper(tags, dpi):
    assert dpi_of(exif_of(tags)) == dpi
    assert dpi_of(None) is None


def tiff(**options):
    file = io.BytesIO()
    tifffile.imwrite(file, noise(), photometric="rgb", metadata=None, **options)
    return file.getvalue()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_tags_of_every_kind_of_tiff(bigtiff, order):
    tags = [(271, "s", 0, "Camera", True), (34675, "B", 3, b"icc", True)]
    size = {"resolution": (300, 150), "resolutionunit": 2}
    data = tiff(bigtiff=bigtiff, byteorder=order, extratags=tags, **size)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        found = tiff_parts("a.tif", data, file, file.pages[0])
        assert found.exif[271] == "Camera" and found.dpi == (300, 150)
        assert (found.icc_profile, found.pictures, found.notices) == (b"icc", 1, ())
        # Where no directory is.
        page = SimpleNamespace(offset=len(data) + 99)
        found = tiff_parts("a.tif", data, file, page)
        assert not found.exif and found.dpi is found.icc_profile is None
    data = tiff(bigtiff=bigtiff, byteorder=order, extratags=[(34675, "s", 0, "words", True)])
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        found = tiff_parts("a.tif", data, file, file.pages[0])
    assert found.icc_profile is None
    assert found.notices == ("a.tif: the colour profile is damaged and left out.",)


def test_tags_of_the_picture_that_counts():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for name in ("first", "second"):
            tag = [(270, "s", 0, name, True)]
            writer.write(noise(), photometric="rgb", metadata=None, extratags=tag)
    with tifffile.TiffFile(io.BytesIO(file.getvalue())) as read:
        found = [tiff_parts("a.tif", file.getvalue(), read, page) for page in read.pages]
    assert [(each.exif[270], each.pictures) for each in found] == [("first", 2), ("second", 2)]


def test_tags_that_cannot_be_read_are_named(monkeypatch):
    def fail(*_):
        raise struct_error

    monkeypatch.setattr(Image.Exif, "load_from_fp", fail)
    data = tiff()
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        found = tiff_parts("a.tif", data, file, file.pages[0])
    assert found.exif is found.dpi is None
    assert found.notices == ("a.tif: the tags of the file are damaged and left out.",)
