"""Sketches of training pictures: found by name, cut as their picture, or made of it."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from inpaint_tf.data.face_index import FaceIndex, FaceRecord
from inpaint_tf.data.loader import PictureLoader
from inpaint_tf.data.pipeline import Pipeline, without_faults
from inpaint_tf.data.sketches import SketchSource, sketch_path, without_sketches
from inpaint_tf.edges.canny import canny_lines
from inpaint_tf.errors import InputError
from inpaint_tf.faces.landmark_lines import LINES, landmark_lines
from inpaint_tf.masks.sampler import MaskSampler

SIZE = (64, 72)


@pytest.fixture
def folder(tmp_path):
    """Pictures whose red channel is their sketch, too."""
    for number in range(2):
        pixels = np.random.default_rng(number).integers(0, 100, [90, 110, 3]).astype(np.uint8)
        pixels[10 * number + 20 : 10 * number + 70 : 9, :, 0] = 255
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
        Image.fromarray(pixels[..., 0] // 255 * 255).save(tmp_path / f"{number}_edge.png")
    return tmp_path


def loader(folder, name, crop=SIZE, size=SIZE, faces=None):
    paths = [str(folder / f"{number}.png") for number in range(2)]
    return PictureLoader(paths, None, crop, size, landmarks=faces, sketches=SketchSource(name))


@pytest.mark.parametrize("flip", [False, True])
def test_the_sketch_is_cut_and_turned_as_its_picture(folder, flip):
    pixels, fault = loader(folder, "beside")(1, (0.3, 0.8), flip)
    assert fault == "" and pixels.shape == (*SIZE, 4)
    np.testing.assert_array_equal(pixels[..., 3], pixels[..., 0] == 255)
    assert 0 < pixels[..., 3].mean() < 0.5


def test_sketches_in_a_folder_of_their_own(folder, tmp_path):
    (tmp_path / "drawn").mkdir()
    for number in range(2):
        (folder / f"{number}_edge.png").rename(tmp_path / "drawn" / f"{number}_edge.png")
    pixels, fault = loader(folder, str(tmp_path / "drawn"))(0, (0, 0), False)
    assert fault == ""
    np.testing.assert_array_equal(pixels[..., 3], pixels[..., 0] == 255)
    _, fault = loader(folder, "beside")(0, (0, 0), False)
    assert "has no sketch; expected 0_edge.png or .jpg in" in fault
    with pytest.raises(InputError, match="data.sketches is 'nowhere'; expected beside, canny"):
        SketchSource("nowhere")


def test_sketches_of_another_size_are_told(folder):
    Image.new("L", (100, 90)).save(folder / "1_edge.png")
    _, fault = loader(folder, "beside")(1, (0, 0), False)
    assert "1_edge.png is 100x90, its picture 110x90" in fault


def test_lines_made_of_the_piece(folder):
    smooth = np.full([80, 80, 3], 30, np.uint8)
    smooth[30:, 40:] = 200
    Image.fromarray(smooth).save(folder / "0.png")
    pixels, _ = loader(folder, "canny")(0, (0, 0), False)
    np.testing.assert_array_equal(pixels[..., 3], canny_lines(pixels[..., :3].copy()))
    assert pixels[..., 3].any()


def test_edge_files_are_no_pictures_to_train_on(folder):
    paths = sorted(str(path) for path in folder.iterdir())
    assert [path[-5:] for path in without_sketches(paths)] == ["0.png", "1.png"]
    assert without_sketches(["a/lone_edge.png"]) == ["a/lone_edge.png"]
    assert sketch_path(str(folder / "1.png")) == str(folder / "1_edge.png")


def test_batches_carry_sketches(folder):
    load = loader(folder, "beside")
    sample = MaskSampler("box", SIZE, (32, 24), max_shrink=(4, 3))
    pipeline = Pipeline(load, 2, sample, SIZE, 2, 3, channels=load.channels)
    batch = next(iter(without_faults(pipeline.dataset())))
    assert batch.sketch.shape == (2, *SIZE, 1) and batch.sketch.dtype == tf.float32
    np.testing.assert_array_equal(batch.sketch[..., 0], batch.image[..., 0] == 1)
    assert batch.image.shape == (2, *SIZE, 3)


@pytest.fixture
def faces(folder):
    """An index in which picture 1 alone, (height, width) 90x110, has a face at (60, 40)."""
    angle = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    points = np.stack([60 + 18 * np.cos(3 * angle), 40 + 11 * np.sin(2 * angle)], axis=-1)
    index = FaceIndex()
    shares = (points / [110, 90]).astype(np.float32)
    index.add(str(folder / "1.png"), FaceRecord(shares, (90, 110)))
    index.add(str(folder / "0.png"), FaceRecord(None, (90, 110)))
    return index


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("size", [SIZE, (32, 36)])
def test_lines_along_the_landmarks_of_the_piece(folder, faces, flip, size):
    load = loader(folder, "landmarks", size=size, faces=faces)
    pixels, fault, points = load.with_landmarks(1, (0.3, 0.8), flip)
    assert fault == "" and pixels.shape == (*size, 4)
    np.testing.assert_array_equal(pixels, load(1, (0.3, 0.8), flip)[0])
    # Drawn before mirroring, so a line may lie a pixel beside one that is drawn after it.
    drawn = landmark_lines(points, size) > 0
    rows, columns = np.nonzero(pixels[..., 3])
    near = np.pad(drawn, 1)
    near = np.any([near[i : i + size[0], j : j + size[1]] for i in range(3) for j in range(3)], 0)
    assert len(rows) > 40 and near[rows, columns].all()
    assert (pixels[..., 3] == drawn).mean() > (0.8 if flip else 0.999)
    for x, y in points[list({point for line in LINES for point in line})].astype(int):
        assert pixels[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2, 3].any()


def test_a_picture_without_a_face_has_no_lines(folder, faces):
    pixels, fault = loader(folder, "landmarks", faces=faces)(0, (0.5, 0.5), False)
    assert fault == "" and pixels[..., :3].any() and not pixels[..., 3].any()
