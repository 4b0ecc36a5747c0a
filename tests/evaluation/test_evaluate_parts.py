"""What the evaluation is made of: holes, buckets, baselines, ranks, sheets, hashes."""

import hashlib

import cv2
import numpy as np
import pytest
from PIL import Image

from inpaint_tf.evaluation.baselines import BASELINES, METHODS
from inpaint_tf.evaluation.buckets import bucket_of
from inpaint_tf.evaluation.cases import Case, center_cases, drawn_cases
from inpaint_tf.evaluation.hashes import sha256_of_arrays, sha256_of_hole
from inpaint_tf.evaluation.measure import Score, completions
from inpaint_tf.evaluation.pictures import Pictures
from inpaint_tf.evaluation.sheet import picture_sheet, ranked_cases

SIZE = (48, 80)


class Drawer:
    """Stands in for `Pictures`."""

    size = SIZE

    def __getitem__(self, index):
        return np.full([*SIZE, 3], index, np.uint8)


@pytest.mark.parametrize(
    "share, bucket",
    [(0.0002, "0-1"), (0.01, "0-1"), (0.0101, "1-10"), (0.1, "1-10"), (0.25, "20-30"),
     (0.6, "50-60"), (0.61, "60-100"), (1.0, "60-100")],
)  # fmt: skip
def test_upper_edge_belongs_to_a_bucket(share, bucket):
    assert bucket_of(share) == bucket


def test_centred_hole_of_256_is_128_in_the_middle():
    (case,) = center_cases(1, (256, 256))
    rows, columns = np.nonzero(case.hole)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (64, 191, 64, 191)
    assert case.share == 0.25 and case.bucket == "20-30"


def test_large_jpegs_are_scaled_from_all_their_pixels(tmp_path):
    squares = np.random.default_rng(0).integers(0, 256, [60, 90, 3], np.uint8)
    large = Image.fromarray(squares).resize((720, 480), Image.Resampling.NEAREST)
    large.save(tmp_path / "x.jpg", quality=95)
    with Image.open(tmp_path / "x.jpg") as picture:
        want = picture.convert("RGB").resize((72, 48), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(Pictures(str(tmp_path), 48)[0], np.asarray(want)[:, 12:60])


def test_centred_hole_of_another_shape():
    case = center_cases(2, (40, 64))[1]
    rows, columns = np.nonzero(case.hole)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 29, 16, 47)
    assert case.picture == 1 and case.hole.sum() == 20 * 32


@pytest.mark.parametrize("name", ["box", "brush"])
def test_drawn_holes_depend_on_seed_and_number_alone(name):
    few, many = drawn_cases(name, 3, 2, SIZE), drawn_cases(name, 3, 4, SIZE)
    other = drawn_cases(name, 4, 2, SIZE)
    for number in range(2):
        np.testing.assert_array_equal(few[number].hole, many[number].hole)
        assert (few[number].hole != other[number].hole).any()
    assert (many[0].hole != many[1].hole).any()
    assert all(case.hole.shape == SIZE and 0 < case.share < 1 for case in many)


def test_drawn_boxes_have_half_the_sides_less_what_they_shrink():
    for case in drawn_cases("box", 0, 8, (64, 96)):
        rows, columns = np.nonzero(case.hole)
        if case.picture == 0:  # the same in every version: published numbers rest on it
            assert (rows.min(), rows.max(), columns.min(), columns.max()) == (18, 41, 19, 60)
        height, width = rows.max() - rows.min() + 1, columns.max() - columns.min() + 1
        assert case.hole.sum() == height * width
        assert 32 - 2 * 4 <= height <= 32 and 48 - 2 * 6 <= width <= 48


@pytest.mark.parametrize("name", METHODS)
def test_methods_keep_the_known_and_do_not_look_into_the_hole(name):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, [2, *SIZE, 3], np.uint8)
    holes = np.zeros([2, *SIZE], bool)
    holes[0, 5:20, 30:60] = holes[1, 30:40, 2:9] = True
    changed = np.where(holes[..., None], 255 - images, images)
    completed = METHODS[name](images, holes)
    np.testing.assert_array_equal(completed, METHODS[name](changed, holes))
    np.testing.assert_array_equal(completed[~holes], images[~holes])
    assert completed.dtype == np.uint8 and (completed[holes] != images[holes]).any()


def test_mean_color_is_the_mean_of_the_known_pixels():
    image = np.zeros([1, 12, 20, 3], np.uint8)
    image[0, :6] = (10, 20, 30)
    image[0, 6:] = (21, 40, 90)
    hole = np.zeros([1, 12, 20], bool)
    hole[0, 6:9] = True  # known: six rows of the first, three of the second
    expected = [round((2 * a + b) / 3) for a, b in ((10, 21), (20, 40), (30, 90))]
    assert (BASELINES["mean_color"](image, hole)[hole] == expected).all()


def test_navier_stokes_and_telea_are_opencvs():
    image = cv2.GaussianBlur(
        np.random.default_rng(2).integers(0, 256, [48, 80, 3], np.uint8), (0, 0), 3
    )
    hole = np.zeros(SIZE, bool)
    hole[10:22, 20:60] = True
    for name, flag in (("telea", cv2.INPAINT_TELEA), ("navier_stokes", cv2.INPAINT_NS)):
        expected = cv2.inpaint(image, hole.astype(np.uint8) * 255, 3, flag)
        np.testing.assert_array_equal(BASELINES[name](image[None], hole[None])[0], expected)


def test_completions_come_in_order_whatever_the_batch():
    hole = np.zeros(SIZE, bool)
    hole[3:9, 10:50] = True
    cases = [Case(number // 2, str(number), np.roll(hole, number, 0)) for number in range(301)]
    sizes = []

    def mark(images, holes):
        sizes.append(len(images))
        return np.where(holes[..., None], np.uint8(255), images)

    seen = list(completions(cases, Drawer(), {"mark": mark}))
    assert sum(sizes) == 301 and max(sizes) == 8 * 256 * 256 // (48 * 80)
    for (case, image, completed), expected in zip(seen, cases):
        assert case is expected
        assert (image == case.picture % 256).all()
        np.testing.assert_array_equal(completed["mark"][..., 1] == 255, case.hole)


def ranked(count):
    hole = np.zeros(SIZE, bool)
    hole[:12] = True  # 25 %
    # Descending, so that order by number and order by score differ.
    rows = [Score(Case(n, "m", hole), "network", {"l1": 100.0 - n}) for n in range(count)]
    rows += [Score(Case(n, "m", hole), "telea", {"l1": float(n)}) for n in range(count)]
    blocks = ranked_cases(rows, "network", "20-30")
    return {name: [case.picture for case in block] for name, block in blocks.items()}


def test_best_median_and_worst_of_many():
    blocks = ranked(101)
    assert blocks["best"] == list(range(100, 90, -1))
    assert blocks["median"] == list(range(55, 45, -1))
    assert blocks["worst"] == list(range(9, -1, -1))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 29, 30, 31])
def test_no_case_is_shown_twice(count):
    shown = [number for block in ranked(count).values() for number in block]
    assert len(shown) == len(set(shown)) == min(count, 30)
    assert shown == sorted(shown, reverse=True)


def test_other_buckets_are_not_shown():
    rows = [Score(Case(0, "m", np.eye(8, dtype=bool)), "network", {"l1": 1.0})]
    assert ranked_cases(rows, "network", "20-30") == {}


def test_sheet_has_original_hole_and_methods_side_by_side():
    hole = np.zeros(SIZE, bool)
    hole[20:30, 40:70] = True
    image = np.full([*SIZE, 3], 50, np.uint8)
    methods = {"network": np.full_like(image, 60), "telea": np.full_like(image, 70)}
    row = (Case(0, "m", hole), image, methods)
    sheet = picture_sheet({"best": [row, row], "worst": [row]}, "1-10")
    block_width = 4 * 80 + 3 * 2
    assert sheet.shape == (28 + 2 * 48 + 2, 2 * block_width + 16, 3)
    centers = [sheet[28 + 25, 55 + 82 * column].tolist() for column in range(4)]
    assert centers == [[50] * 3, [255] * 3, [60] * 3, [70] * 3]
    assert sheet[28 + 5, 55 + 82].tolist() == [50] * 3  # known, in the column of holes
    assert sheet[28 + 25, block_width + 16 + 55].tolist() == [50] * 3
    assert (sheet[28 + 60 :, block_width + 16 :] == 255).all()  # the shorter block
    assert (sheet[:28] < 128).any()  # headings


def test_large_pictures_are_shown_smaller():
    image = np.full([512, 1024, 3], 50, np.uint8)
    row = (Case(0, "m", np.eye(512, 1024, dtype=bool)), image, {"network": image})
    assert picture_sheet({"best": [row]}, "0-1").shape == (28 + 128, 3 * 256 + 2 * 2, 3)


def test_hash_of_a_hole_is_that_of_its_bytes():
    hole = np.array([[True, False, False]])
    assert sha256_of_hole(hole) == hashlib.sha256(b"\xff\x00\x00").hexdigest()


def test_hash_of_arrays_depends_on_numbers_names_and_shapes_alone():
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float32)}
    first = sha256_of_arrays(arrays)
    assert first == sha256_of_arrays({"b": np.ones(2, np.float16), "a": arrays["a"]})
    assert first != sha256_of_arrays({**arrays, "a": arrays["a"].reshape(3, 2)})
    assert first != sha256_of_arrays({**arrays, "a": arrays["a"][::-1]})
    assert first != sha256_of_arrays({"a": arrays["a"], "c": arrays["b"]})
