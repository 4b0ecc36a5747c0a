"""Sketches: what counts as one, and what a guided network makes of it."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf import Inpainter, create_model
from inpaint_tf.errors import InputError
from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.inference.sketch import SketchFile, as_lines, read_sketch

HEIGHT, WIDTH = 70, 93


def hole():
    where = np.zeros([HEIGHT, WIDTH], bool)
    where[10:40, 20:70] = True
    return where


def drawn():
    lines = np.zeros([HEIGHT, WIDTH], np.uint8)
    lines[15:17, 5:60] = 255
    lines[20:60, 33] = 200
    lines[50:52] = 140  # below 0.6 of white
    return lines


def saved(tmp_path, pixels):
    path = tmp_path / "sketch.png"
    Image.fromarray(pixels).save(path)
    return str(path)


def test_lines_are_what_is_above_the_threshold(tmp_path):
    lines, notices = read_sketch(SketchFile(saved(tmp_path, drawn())), hole())
    np.testing.assert_array_equal(lines, drawn() > 153)
    assert notices == []


def test_dark_lines_on_white_are_turned_with_a_notice(tmp_path):
    path = saved(tmp_path, 255 - drawn())
    lines, (notice,) = read_sketch(SketchFile(path), hole())
    assert "mostly white" in notice and "--invert_sketch" in notice
    asked, notices = read_sketch(SketchFile(path, invert=True), hole())
    np.testing.assert_array_equal(asked, lines)
    assert lines[15, 5] and not lines[0, 0] and notices == []


def test_lines_beside_the_hole_are_told(tmp_path):
    pixels = np.zeros([HEIGHT, WIDTH], np.uint8)
    pixels[60] = 255
    _, (notice,) = read_sketch(SketchFile(saved(tmp_path, pixels)), hole())
    assert "no line in the hole" in notice


@pytest.mark.parametrize(
    "pixels, words",
    [
        (drawn()[:, :80], "is 80x70, the picture 93x70; expected a sketch of the picture's size"),
        (hole().astype(np.uint8) * 255, "marks exactly the hole, so it is a mask"),
        (np.pad(hole()[1:], [(0, 1), (0, 0)]).astype(np.uint8) * 255, "covers 97% of the hole"),
    ],
)
def test_what_is_no_sketch_is_refused(tmp_path, pixels, words):
    with pytest.raises(InputError, match=words):
        read_sketch(SketchFile(saved(tmp_path, pixels)), hole())


def test_arrays_in_all_types():
    want = np.zeros([2, 3, 4, 1], bool)
    want[:, 1, 2] = True
    for scale, dtype in ((1, bool), (154, np.uint8), (40000, np.uint16), (0.61, np.float32)):
        sketch = (want[0, ..., 0] * scale).astype(dtype)
        np.testing.assert_array_equal(as_lines(sketch, 2, 3, 4), want)
        np.testing.assert_array_equal(as_lines(np.stack([sketch] * 2), 2, 3, 4), want)
    assert not as_lines(np.full([3, 4], 153, np.uint8), 1, 3, 4).any()
    for wrong, words in (
        (np.zeros([4, 3]), "shape"),
        (np.full([3, 4], 2.0), "outside 0 to 1"),
        (np.zeros([3, 4], int), "type int64"),
    ):
        with pytest.raises(InputError, match=words):
            as_lines(wrong, 1, 3, 4)


@pytest.fixture(scope="module")
def guided():
    return Inpainter(create_model("deepfill_v2", width=4, guided=True))


def picture(count=2):
    return np.random.default_rng(0).integers(0, 256, [count, HEIGHT, WIDTH, 3]).astype(np.uint8)


def test_the_sketch_decides_in_the_hole_alone(guided):
    images, none = picture(), np.zeros([HEIGHT, WIDTH], np.uint8)
    outside = np.where(hole(), 0, 255).astype(np.uint8)
    plain = guided(images, hole())
    np.testing.assert_array_equal(guided(images, hole(), sketch=none), plain)
    np.testing.assert_array_equal(guided(images, hole(), sketch=outside), plain)
    with_lines = guided(images, hole(), sketch=np.stack([none, drawn()]))
    np.testing.assert_array_equal(with_lines[0], plain[0])
    assert (with_lines[1] != plain[1]).any()
    np.testing.assert_array_equal(with_lines[1][~hole()], images[1][~hole()])
    stages = guided.stages(images[1], hole(), sketch=drawn())
    assert np.abs(stages.completed.astype(int) - with_lines[1]).max() <= 1


def test_compiled_is_the_same(guided):
    compiled = Inpainter(CompiledGenerator(guided.model))
    for sketch in (None, drawn()):
        want = guided(picture(), hole(), sketch=sketch).astype(int)
        assert np.abs(compiled(picture(), hole(), sketch=sketch) - want).max() <= 1


def test_other_networks_take_no_sketch(guided):
    plain = Inpainter(create_model("deepfill_v2", width=4))
    with pytest.raises(InputError, match="not guided"):
        plain(picture(), hole(), sketch=drawn())
    with pytest.raises(InputError, match="covers 100% of the hole"):
        guided(picture(), hole(), sketch=hole())
