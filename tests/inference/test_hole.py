"""Holes from mask files, boxes and colours."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference.hole import (
    HoleSource,
    box_hole,
    color_hole,
    find_hole,
    grown,
    read_mask,
    resized_nearest,
)
from inpaint_tf.inference.orientation import ORIENTATION
from inpaint_tf.inference.photo import Photo

SIZE = (24, 36)


def hole():
    """A hole without any symmetry."""
    where = np.zeros(SIZE, bool)
    where[3:9, 4:20] = True
    where[9:15, 4:8] = True
    return where


def gray(black=0, white=255, dtype=np.uint8):
    return np.where(hole(), white, black).astype(dtype)


def saved(tmp_path, pixels, name="m.png", **options):
    Image.fromarray(pixels).save(tmp_path / name, **options)
    return tmp_path / name


@pytest.mark.parametrize(
    "pixels",
    [
        gray(),
        gray(127, 128),
        gray(dtype=np.uint16, white=65535),
        gray(127 * 257, 128 * 257, np.uint16),
        hole(),
        np.dstack([gray()] * 3),
        np.dstack([gray()] * 3 + [np.full(SIZE, 255, np.uint8)]),
        np.dstack([gray(), np.full(SIZE, 255, np.uint8)]),
    ],
    ids=["8", "threshold", "16", "threshold16", "1bit", "rgb", "rgba", "la"],
)
def test_white_of_any_kind_is_the_hole(tmp_path, pixels):
    found, notices = read_mask(saved(tmp_path, pixels), SIZE)
    np.testing.assert_array_equal(found, hole())
    assert notices == []


def test_inverted_mask(tmp_path):
    found, _ = read_mask(saved(tmp_path, 255 - gray()), SIZE, invert=True)
    np.testing.assert_array_equal(found, hole())


def test_palette_mask_counts_by_its_colors(tmp_path):
    palette = Image.fromarray(hole().astype(np.uint8), "P")
    palette.putpalette([255, 255, 255, 0, 0, 0])  # index 0 is white
    palette.save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png", SIZE)[0], ~hole())


def test_jpeg_noise_does_not_matter(tmp_path):
    path = saved(tmp_path, gray(), "m.jpg", quality=60)
    assert len(np.unique(np.asarray(Image.open(path)))) > 2
    found, _ = read_mask(path, SIZE)
    assert (found != hole()).mean() < 0.01


def test_transparency_of_a_mask_counts_only_where_all_is_white(tmp_path):
    faint = np.where(hole(), 40, 0).astype(np.uint8)
    colors = np.dstack([gray()] * 3 + [faint])  # black and white say it; alpha does not matter
    np.testing.assert_array_equal(read_mask(saved(tmp_path, colors), SIZE)[0], hole())
    strokes = np.dstack([np.full(SIZE, 255, np.uint8)] * 3 + [gray()])
    np.testing.assert_array_equal(read_mask(saved(tmp_path, strokes), SIZE)[0], hole())


def test_mask_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    stored = np.rot90(gray(), 1)  # shown turned clockwise
    path = saved(tmp_path, np.ascontiguousarray(stored), exif=exif)
    np.testing.assert_array_equal(read_mask(path, SIZE)[0], hole())


def test_mask_of_another_size_is_resized_with_a_notice(tmp_path):
    path = saved(tmp_path, gray())
    double = (2 * SIZE[0], 2 * SIZE[1])
    found, notices = read_mask(path, double)
    np.testing.assert_array_equal(found, np.kron(hole(), np.ones([2, 2], bool)))
    assert "36x24" in notices[0] and "72x48" in notices[0]


def test_mask_of_the_picture_before_it_was_turned_is_asked_about(tmp_path):
    _, notices = read_mask(saved(tmp_path, np.ascontiguousarray(gray().T)), SIZE)
    assert "resized" in notices[0] and "turned upright" in notices[1]


def test_nearest_takes_the_pixel_at_the_centre():
    row = np.arange(8)[None]
    np.testing.assert_array_equal(resized_nearest(row, (1, 4)), [[1, 3, 5, 7]])
    np.testing.assert_array_equal(resized_nearest(row.T, (4, 1)), [[1], [3], [5], [7]])
    np.testing.assert_array_equal(resized_nearest(row[:, :2], (3, 4)), [[0, 0, 1, 1]] * 3)


def test_mask_without_hole_says_what_it_found(tmp_path):
    found, notices = read_mask(saved(tmp_path, hole().astype(np.uint8)), SIZE)
    assert not found.any()
    assert "brightest pixel is 1" in notices[0]


def test_box_is_top_left_height_width():
    found = box_hole((3, 4, 6, 16), SIZE)
    assert found[3:9, 4:20].all() and found.sum() == 6 * 16


@pytest.mark.parametrize("box", [(0, 0, 25, 1), (0, 0, 1, 37), (20, 30, 5, 2), (-1, 0, 3, 3)])
def test_box_outside_is_refused(box):
    with pytest.raises(InputError, match="outside the picture"):
        box_hole(box, SIZE)


def test_color_is_exact_unless_told():
    pixels = np.full([*SIZE, 3], (10, 20, 30), np.uint8)
    pixels[hole()] = (255, 254, 0)
    np.testing.assert_array_equal(color_hole(pixels, (255, 254, 0)), hole())
    assert not color_hole(pixels, (0, 254, 255)).any()
    assert not color_hole(pixels, (255, 255, 0)).any()
    np.testing.assert_array_equal(color_hole(pixels, (255, 255, 0), tolerance=1), hole())


def test_color_of_16_bit_and_gray_pictures():
    deep = np.where(hole(), 200 * 257, 999).astype(np.uint16)
    np.testing.assert_array_equal(color_hole(deep, (200, 200, 200)), hole())
    assert not color_hole(deep, (200, 200, 201)).any()
    np.testing.assert_array_equal(color_hole(deep, (201, 200, 199), tolerance=1), hole())


def test_grown_by_more_than_the_picture_is_all_hole():
    point = np.zeros([9, 14], bool)
    point[4, 5] = True
    assert grown(point, 10**9).all()


def test_grown_by_a_disc():
    point = np.zeros([9, 11], bool)
    point[4, 5] = True
    rows, columns = np.mgrid[:9, :11]
    distance = np.hypot(rows - 4, columns - 5)
    found = grown(point, 3)
    assert found[distance <= 2].all() and not found[distance > 3.2].any() and found[4, 2]


def test_mask_boxes_and_color_add_up(tmp_path):
    color = np.zeros([*SIZE, 3], np.uint8)
    color[20:22, 30:33] = 255
    source = HoleSource(boxes=((16, 1, 2, 3), (16, 30, 1, 1)), color=(255, 255, 255))
    found, _ = find_hole(Photo(color), saved(tmp_path, gray()), source)
    want = hole()
    want[20:22, 30:33] = want[16:18, 1:4] = want[16, 30] = True
    np.testing.assert_array_equal(found, want)


def test_all_hole_is_refused_and_a_large_one_asked_about(tmp_path):
    photo = Photo(np.zeros([*SIZE, 3], np.uint8))
    with pytest.raises(InputError, match="covers the whole picture"):
        find_hole(photo, saved(tmp_path, np.full(SIZE, 255, np.uint8)), HoleSource())
    _, notices = find_hole(photo, saved(tmp_path, 255 - gray()), HoleSource())
    assert "--invert_mask" in notices[0]
    _, notices = find_hole(photo, saved(tmp_path, gray()), HoleSource())
    assert notices == []


def test_mask_above_the_limit_is_refused(tmp_path):
    with pytest.raises(InputError, match="36x24 pixels, more than the 100"):
        read_mask(saved(tmp_path, gray()), SIZE, max_pixels=100)
