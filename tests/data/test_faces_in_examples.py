"""Landmarks of files follow their pixels into the examples, and are kept in a file."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.data.augmentation import Augmentation
from inpaint_tf.data.decode import read_picture, reduce_picture
from inpaint_tf.data.face_index import FaceIndex, FaceRecord
from inpaint_tf.data.loader import PictureLoader
from inpaint_tf.data.pipeline import Pipeline, face_square, without_faults
from inpaint_tf.data.placement import placed_points
from inpaint_tf.errors import InputError
from inpaint_tf.masks.face_sampler import FaceMaskSampler, box_over
from inpaint_tf.masks.seeds import fold

PICTURE, SPOT = (90, 120), (70.0, 40.0)  # H, W; x, y of a bright spot's middle


@pytest.fixture
def spotted(tmp_path):
    """A file with a bright spot, its path."""
    y, x = np.mgrid[: PICTURE[0], : PICTURE[1]] + 0.5
    spot = np.exp(-((x - SPOT[0]) ** 2 + (y - SPOT[1]) ** 2) / (2 * 3.0**2))
    pixels = np.repeat((20 + 235 * spot)[..., None], 3, axis=-1).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "spot.png")
    return str(tmp_path / "spot.png")


def middle_of_spot(pixels):
    weight = np.maximum(pixels[..., 0].astype(np.float64) - 40, 0)
    y, x = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
    return np.array([(x * weight).sum(), (y * weight).sum()]) / weight.sum()


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    "resize, crop, size, place, zoom",
    [
        (None, (80, 96), (80, 96), (0.3, 0.7), 1.0),
        (120, (112, 128), (56, 64), (0.9, 0.1), 1.0),
        ([100, 160], (96, 128), (96, 128), (0.0, 0.5), 1.0),
        (None, (64, 72), (64, 72), (0.4, 0.6), 1.3),
        (None, (64, 72), (32, 36), (0.5, 0.5), 0.5),
    ],
)
def test_points_follow_the_pixels(spotted, resize, crop, size, place, zoom, flip):
    pixels = reduce_picture(read_picture(spotted, resize, crop, place, zoom), size)
    pixels = pixels[:, ::-1] if flip else pixels
    share = np.array([SPOT]) / PICTURE[::-1]
    got = placed_points(share, PICTURE, resize, crop, size, place, zoom, flip)
    np.testing.assert_allclose(got[0], middle_of_spot(pixels), atol=0.5)


def index_of(path, points):
    index = FaceIndex()
    shares = np.array(points, np.float32) / PICTURE[::-1]
    index.add(path, FaceRecord(shares, PICTURE, (200.0, 150.0, 100.0)))
    return index


def test_examples_know_their_face(spotted):
    around = [SPOT, (SPOT[0] - 6, SPOT[1]), (SPOT[0] + 6, SPOT[1]), (SPOT[0], SPOT[1] + 6)]
    loader = PictureLoader(
        [spotted], None, (64, 72), (64, 72), augmentation=Augmentation(scale=(0.9, 1.2)),
        landmarks=index_of(spotted, around),
    )  # fmt: skip
    holes = FaceMaskSampler((64, 72), (16, 24))
    pipeline = Pipeline(loader, 1, holes, (64, 72), 2, seed=3, points=4)
    found = 0
    for batch in itertools.islice(without_faults(pipeline.dataset()), 4):
        assert batch.face.shape == (2, 4)
        for image, face in zip(batch.image.numpy(), batch.face.numpy()):
            if not face.any():  # cut off
                continue
            found += 1
            spot = middle_of_spot((image + 1) * 127.5)
            # Three points lie level with the spot and one below it.
            np.testing.assert_allclose(face[1] + face[3] / 2, spot[0], atol=1)
            scale = face[3] / 18
            np.testing.assert_allclose(face[0] + face[2] / 2, spot[1] + 3 * scale, atol=1)
    assert found >= 4
    without = Pipeline(loader, 1, holes, (64, 72), 2, seed=3)
    batch = next(iter(without_faults(without.dataset())))
    assert batch.face is None


def test_a_face_that_is_cut_off_is_none():
    points = np.array([[10, 10], [20, 30], [30, 10], [25, 5], [20, 10]], np.float32)
    assert face_square(points, (40, 50))[2] > 0
    assert not face_square(points - [22, 0], (40, 50)).any()
    assert not face_square(None, (40, 50)).any()
    # The border of 40 rows and 50 columns is inside, and three of five suffice.
    points = np.array([[0, 0], [50, 40], [45, 35], [45, 41], [51, 35]], np.float32)
    assert face_square(points, (40, 50)).any()
    loader = SimpleNamespace(with_landmarks=lambda *_: (None, "", points))
    given = Pipeline(loader, 1, None, (40, 50), 2, seed=3, points=5)._load(0, (0, 0), False, ())
    np.testing.assert_array_equal(given[3], face_square(points, (40, 50)))


def test_index_is_kept_and_forgets_files_that_changed(tmp_path, spotted):
    other = tmp_path / "other.png"
    Image.new("RGB", (30, 20)).save(other)
    index = index_of(spotted, [SPOT, (1, 2)])
    index.add(str(other), FaceRecord(None, (20, 30)))
    index.save(tmp_path / "faces.npz")
    again = FaceIndex.load(tmp_path / "faces.npz")
    np.testing.assert_allclose(again(spotted).points, index(spotted).points, rtol=1e-6)
    assert again(spotted).size == PICTURE and again(str(other)).points is None
    both = [spotted, str(other)]
    assert again.mean_color(both) == [200.0, 150.0, 100.0] and len(again.found(both)) == 1
    assert again.found(both[1:]) == []  # pictures of another run do not count
    Image.new("RGB", (90, 90)).save(other)
    assert again(str(other)) is None and again("nowhere.png") is None
    assert FaceIndex.load(tmp_path / "none.npz")(spotted) is None
    (tmp_path / "faces.npz").write_bytes(b"not this")
    with pytest.raises(InputError, match=r"faces.npz is damaged; .*Delete it"):
        FaceIndex.load(tmp_path / "faces.npz")


def test_lower_face_is_a_fixed_share():
    sampler = FaceMaskSampler((100, 200), (50, 100), rectangle=(0.5, 0.2, 0.4, 0.6))
    mask, box, fault = sampler([0, 1])
    assert fault == "" and mask.shape == (100, 200, 1)
    want = np.zeros([100, 200])
    want[50:90, 40:160] = 1
    np.testing.assert_array_equal(mask[..., 0], want)
    np.testing.assert_array_equal(box, [45, 50, 50, 100])  # the hole's middle is row 70, column 100


def test_boxes_stay_in_the_picture():
    hole = np.zeros([60, 80], bool)
    hole[50:58, 2:6] = True
    np.testing.assert_array_equal(box_over(hole, (20, 30)), [40, 0, 20, 30])


def test_region_without_a_face_is_the_fixed_hole(spotted):
    import tensorflow as tf

    sampler = FaceMaskSampler((64, 72), (32, 36), region="mouth", jitter=0.2)
    nowhere = tf.fill([468, 2], float("nan"))
    mask, _, _ = sampler(fold(tf.constant([1, 2]), 3), nowhere)
    np.testing.assert_array_equal(mask[..., 0], sampler.fixed_hole())
    points = tf.random.stateless_uniform([468, 2], [5, 6], 20.0, 60.0)
    first, second = (sampler(tf.constant([1, seed]), points)[0].numpy() for seed in (1, 2))
    assert 0 < first.sum() < 64 * 72 and (first != second).any()
    np.testing.assert_array_equal(sampler(tf.constant([1, 1]), points)[0], first)
