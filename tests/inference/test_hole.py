"""Holes from mask files, boxes and colours."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.inference import hole as hole_module
from inpaint_tf.inference.hole import (
    HoleSource,
    box_hole,
    color_hole,
    find_hole,
    grown,
)
from inpaint_tf.inference.mask_file import read_hole, read_mask, resized_nearest
from inpaint_tf.inference.orientation import ORIENTATION
from inpaint_tf.inference.photo import Photo, read_photo

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


def test_what_is_painted_on_a_transparent_layer_is_the_hole(tmp_path):
    faint = np.where(hole(), 40, 0).astype(np.uint8)
    colors = np.dstack([gray()] * 3 + [faint])  # faint all over
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
    assert box_hole((0, 0, *SIZE), SIZE).all()


@pytest.mark.parametrize(
    "box", [(0, 0, 25, 1), (0, 0, 1, 37), (20, 30, 5, 2), (-1, 0, 3, 3), (0, -1, 3, 3)]
)
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
    np.testing.assert_array_equal(found, distance <= 3)
    nothing = find_hole(Photo(np.zeros([9, 11, 3], np.uint8)), None, HoleSource(grow=10**9))
    assert not nothing[0].any()


def test_all_sources_add_up(tmp_path, monkeypatch):
    color, alpha, face = np.zeros([*SIZE, 3], np.uint8), np.full(SIZE, 255, np.uint8), None
    color[20:22, 30:33] = 253
    color[22, 30] = 252
    alpha[18, 18:20], face = 254, np.zeros(SIZE, bool)
    face[1, 30:33] = True
    source = HoleSource(
        True, ((16, 1, 2, 3), (16, 30, 1, 1)), (255, 255, 255), 2,
        face_region="mouth", transparent=True,
    )  # fmt: skip
    want = hole()
    want[20:22, 30:33] = want[16:18, 1:4] = want[16, 30] = want[18, 18:20] = want[1, 30:33] = True
    mask = saved(tmp_path, 255 - np.kron(gray(), np.ones([2, 2], np.uint8)))
    for count, words in ((1, "1 face is found in photo."), (2, "2 faces are found in photo.")):
        monkeypatch.setattr(hole_module, "mark_faces", lambda *_, count=count: (face, count))
        found, notices = find_hole(Photo(color, alpha), mask, source, name="photo")
        np.testing.assert_array_equal(found, want)
        assert "resized" in notices[0] and "--hole_tolerance 40" in notices[1]
        assert notices[2:] == [words]
    with pytest.raises(InputError, match="72x48 pixels, more than the 100"):
        find_hole(Photo(color), mask, source, max_pixels=100)


def test_a_notice_about_a_colour_needs_a_tenth_more_of_nearly_that():
    for near, told in ((0, False), (10, False), (11, True)):
        color = np.zeros([*SIZE, 3], np.uint8)
        color[:10, :10], color[10, :near] = 255, 215
        notices = find_hole(Photo(color), None, HoleSource(color=(255, 255, 255)))[1]
        assert bool(notices) == told
        assert not told or notices[0].startswith("--hole_color takes 100 pixels, and 111 are")
    color[11:] = 214  # more than 40 steps away
    for tolerance in (40, 41):
        source = HoleSource(color=(255, 255, 255), tolerance=tolerance)
        assert find_hole(Photo(color), None, source)[1] == []
    assert find_hole(Photo(color), None, HoleSource(color=(9, 99, 9)))[1] == []  # of no pixel


def test_all_hole_is_refused_and_a_large_one_asked_about(tmp_path):
    photo = Photo(np.zeros([*SIZE, 3], np.uint8))
    with pytest.raises(InputError, match="covers the whole picture"):
        find_hole(photo, saved(tmp_path, np.full(SIZE, 255, np.uint8)), HoleSource())
    _, notices = find_hole(photo, saved(tmp_path, 255 - gray()), HoleSource())
    assert "--invert_mask" in notices[0]
    _, notices = find_hole(photo, saved(tmp_path, gray()), HoleSource())
    assert notices == []
    assert find_hole(photo, None, HoleSource(boxes=((0, 0, 24, 35),)))[1] == []


def test_mask_above_the_limit_is_refused(tmp_path):
    with pytest.raises(InputError, match="36x24 pixels, more than the 100"):
        read_mask(saved(tmp_path, gray()), SIZE, max_pixels=100)


def layer(color, hidden=(0, 0, 0)):
    """Strokes of one colour in the hole, on transparency that hides a colour."""
    colors = np.where(hole()[..., None], np.array(color), np.array(hidden)).astype(np.uint8)
    return np.dstack([colors, hole().astype(np.uint8) * 255])


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (200, 0, 0), (255, 255, 0)])
@pytest.mark.parametrize("hidden", [(0, 0, 0), (255, 255, 255), (90, 200, 250)])
def test_strokes_of_any_colour_on_transparency_are_the_hole(tmp_path, color, hidden):
    found, notices = read_mask(saved(tmp_path, layer(color, hidden)), SIZE)
    np.testing.assert_array_equal(found, hole())
    assert "what is painted" in " ".join(notices)


def test_strokes_of_dark_and_bright_colours_are_all_hole(tmp_path):
    pixels = layer((255, 240, 0))
    pixels[:5, :, :3] = (120, 0, 90)
    np.testing.assert_array_equal(read_mask(saved(tmp_path, pixels), SIZE)[0], hole())


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("shown", [8, 30])
def test_white_on_an_opaque_ground_is_the_hole_and_what_is_transparent_is_not(
    tmp_path, invert, shown
):
    pixels = np.dstack([gray()] * 3 + [np.full(SIZE, 255, np.uint8)])
    if invert:
        pixels[..., :3] = 255 - pixels[..., :3]
    pixels[:, shown:, 3] = 0
    pixels[:, shown:, :3] = 255
    found, notices = read_mask(saved(tmp_path, pixels), SIZE, invert=invert)
    want = hole()
    want[:, shown:] = False
    np.testing.assert_array_equal(found, want)
    assert "transparent parts, which are not hole" in notices[0]


def test_erased_parts_are_filled_on_request(tmp_path):
    alpha = np.where(hole(), 0, 255).astype(np.uint8)
    alpha[0, 0] = 254
    photo = Photo(np.zeros([*SIZE, 3], np.uint8), alpha)
    found, notices = find_hole(photo, None, HoleSource(transparent=True))
    want = hole()
    want[0, 0] = True
    np.testing.assert_array_equal(found, want)
    assert notices == []
    _, notices = find_hole(photo, None, HoleSource(boxes=((3, 4, 6, 16),)))
    assert "--transparent_hole" in notices[0]
    for box in ((0, 0, 1, 1), (20, 30, 1, 1)):  # where nothing is fully transparent
        assert find_hole(photo, None, HoleSource(boxes=(box,)))[1] == []
    opaque = photo._replace(alpha=None)
    assert "no transparency" in find_hole(opaque, None, HoleSource(transparent=True))[1][0]


def test_a_colour_blurred_by_jpeg_is_asked_about(tmp_path):
    pixels = np.random.RandomState(0).randint(0, 120, [*SIZE, 3]).astype(np.uint8)
    pixels[hole()] = (255, 0, 0)
    path = saved(tmp_path, pixels, "a.jpg", quality=85)
    photo = read_photo(path)
    strict, notices = find_hole(photo, None, HoleSource(color=(255, 0, 0)))
    assert strict.sum() < hole().sum() * 0.9
    assert "--hole_tolerance 40" in notices[0]
    exact = read_photo(saved(tmp_path, pixels))
    assert find_hole(exact, None, HoleSource(color=(255, 0, 0)))[1] == []


@pytest.mark.parametrize("value, word", [(0, "marks no hole"), (1, "brightest pixel is 1")])
def test_masks_that_nobody_looks_at_must_mark_something(tmp_path, value, word):
    path = saved(tmp_path, hole().astype(np.uint8) * value)
    with pytest.raises(InputError, match=word):
        read_hole(path, SIZE)
    with pytest.raises(InputError, match="hole all over"):
        read_hole(path, SIZE, invert=True)
    large = saved(tmp_path, 255 - gray())
    assert "inverts" in " ".join(read_hole(large, SIZE)[1])
    np.testing.assert_array_equal(read_hole(large, SIZE, invert=True)[0], hole())
