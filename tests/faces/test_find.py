"""Finding faces."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.faces.boxes import from_crop, square_around
from inpaint_tf.faces.detector import anchors, decode
from inpaint_tf.faces.find import views
from inpaint_tf.faces.suppression import suppress

RIGHT_EYE, LEFT_EYE, NOSE, CHIN = 33, 263, 1, 152


def test_finds_the_face_where_it_is(find_faces, portrait):
    (face,) = find_faces(portrait)
    # Read off the picture by eye: x, y.
    for point, want in ((RIGHT_EYE, (190, 101)), (LEFT_EYE, (262, 103)), (NOSE, (222, 128))):
        np.testing.assert_allclose(face.points[point], want, atol=6)
    assert 165 < face.points[CHIN][1] < 190
    assert face.logit > 20


def test_mirrored_picture_has_mirrored_landmarks(find_faces, portrait):
    # The network itself treats left and right a little differently: 2.4 pixels of 90 here.
    (face,), (mirrored,) = find_faces(portrait), find_faces(portrait[:, ::-1])
    np.testing.assert_allclose(512 - mirrored.points[NOSE][0], face.points[NOSE][0], atol=4)
    np.testing.assert_allclose(
        512 - mirrored.points[RIGHT_EYE][0], face.points[LEFT_EYE][0], atol=4
    )


def test_twenty_faces_of_a_picture_that_is_not_square(find_faces, portrait):
    head = Image.fromarray(portrait[40:210, 140:310]).resize((128, 128))
    picture = Image.new("RGB", (5 * 128, 4 * 128))
    for number in range(20):
        picture.paste(head, (number % 5 * 128, number // 5 * 128))
    faces = find_faces(np.asarray(picture))
    cells = {(int(face.points[NOSE][0] // 128), int(face.points[NOSE][1] // 128)) for face in faces}
    assert len(faces) == 20 and len(cells) == 20


def test_grey_pictures_and_faces_at_the_border(find_faces, portrait):
    grey = np.repeat(portrait.mean(axis=-1, keepdims=True), 3, axis=-1).astype(np.uint8)
    assert len(find_faces(grey)) == 1
    (face,) = find_faces(portrait[60:300, 195:420])  # the right eye's corner is cut off
    assert face.points[RIGHT_EYE][0] < 5
    np.testing.assert_allclose(face.points[LEFT_EYE], (262 - 195, 103 - 60), atol=8)


def test_no_face_where_there_is_none(find_faces):
    rows, columns = np.mgrid[:200, :300]
    picture = np.stack([rows, columns % 256, rows + columns // 2], axis=-1).astype(np.uint8)
    assert find_faces(picture) == []
    assert find_faces(np.zeros([64, 80, 3], np.uint8)) == []


@pytest.mark.slow
def test_large_pictures_give_points_in_their_own_pixels(find_faces, portrait):
    part = portrait[:, 40:480]  # not square, and not stretched: that would be another face
    large = np.asarray(Image.fromarray(part).resize((5 * 440, 5 * 512)))
    (face,), (small,) = find_faces(large), find_faces(part)
    np.testing.assert_allclose(face.points / 5, small.points, atol=3)


def test_anchors_by_hand():
    centres = anchors()
    assert centres.shape == (896, 2)
    np.testing.assert_allclose(
        centres[[0, 1, 2, 511]], np.array([[1, 1], [1, 1], [3, 1], [31, 31]]) / 32
    )
    np.testing.assert_allclose(centres[[512, 518, 895]], np.array([[1, 1], [3, 1], [15, 15]]) / 16)


def test_decoding_by_hand():
    regressors = np.zeros([2, 1, 16], np.float32)
    regressors[1, 0, :4] = 10, -20, 40, 60  # right, up, width, height
    boxes = decode(regressors, np.array([[0.5, 0.25]]), 100)
    np.testing.assert_allclose(boxes[1, 0], [0.25 - 0.2 - 0.3, 0.5 + 0.1 - 0.2, 0.6, 0.4])


def test_suppression_by_hand():
    boxes = [[0, 0, 10, 20], [0, 2, 10, 20], [50, 0, 10, 10], [0, 15, 10, 20]]
    found, scores = suppress(boxes, [0.6, 0.9, 0.7, 0.5])
    # The first two share 180 of 220; the last has 5 / 35 in common with the first alone.
    np.testing.assert_allclose(found[0], [0, (2 * 0.9) / 1.5, 10, 20])
    np.testing.assert_allclose(found[1:], [[50, 0, 10, 10], [0, 15, 10, 20]])
    np.testing.assert_allclose(scores, [0.9, 0.7, 0.5])
    assert suppress(np.zeros([0, 4]), [])[0].shape == (0, 4)


def test_views_cover_the_picture():
    for size in ((300, 500), (500, 300), (256, 256)):
        squares = views(size)
        assert (squares[:, 2] == squares[:, 3]).all()
        smallest = squares[squares[:, 2] == squares[:, 2].min()]
        seen = np.zeros(size, bool)
        for top, left, height, width in smallest.round().astype(int):
            seen[top : top + height, left : left + width] = True
        assert seen.all()
    assert len(views((256, 256), 1)) == 1


def test_squares_and_points():
    points = np.array([[10.0, 100.0], [50.0, 120.0]])
    square = square_around(points, 1.5)
    np.testing.assert_allclose(square, [110 - 30, 30 - 30, 60, 60])
    back = from_crop(np.array([[0.0, 0.0], [100.0, 50.0]]), square, (100, 100))
    np.testing.assert_allclose(back, [[0, 80], [60, 110]])
