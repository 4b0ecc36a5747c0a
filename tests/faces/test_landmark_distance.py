"""What the landmarks' term says of real and completed faces."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.faces.boxes import square_around
from inpaint_tf.faces.landmark_distance import LandmarkDistance
from inpaint_tf.losses.landmark import landmark_l1, mean_of_present

LEAST = 8.0


@pytest.fixture(scope="module")
def square(find_faces, portrait):
    (face,) = find_faces(portrait)
    return square_around(face.points)


@pytest.fixture(scope="module")
def term(mesh):
    return LandmarkDistance(mesh, LEAST)


def as_batch(*pictures):
    return tf.constant(np.stack(pictures).astype(np.float32) / 127.5 - 1)


def mouth_moved(portrait, rows):
    """The mouth's pixels shifted down by so many rows."""
    moved = portrait.copy()
    moved[136 + rows : 156 + rows, 200:250] = portrait[136:156, 200:250]
    return moved


def test_zero_for_equal_pictures(term, portrait, square):
    image = as_batch(portrait)
    loss, left_out = term(image, image, square[np.newaxis])
    assert float(loss) == 0 and float(left_out) == 0


def test_falls_when_a_mouth_moves_back(term, portrait, square):
    losses = [
        float(
            term(as_batch(portrait), as_batch(mouth_moved(portrait, rows)), square[np.newaxis])[0]
        )
        for rows in (12, 8, 4, 0)
    ]
    assert losses[0] > losses[1] > losses[2] > losses[3] == 0
    assert losses[0] > 0.01  # a hundredth of the distance of the eyes, over all points


def test_gradient_agrees_with_finite_differences(term, portrait, square):
    image, made = as_batch(portrait), as_batch(mouth_moved(portrait, 6))
    squares = tf.constant(square[np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch([image, made])
        loss, _ = term(image, made, squares)
    to_image, gradient = tape.gradient(loss, [image, made])
    assert to_image is None  # the real face is the truth
    top, left, height, width = square.astype(int)
    inside = np.abs(gradient.numpy()[0]).sum(axis=-1)
    assert (inside[top + 2 : top + height - 2, left + 2 : left + width - 2] > 0).mean() > 0.99
    inside[top - 3 : top + height + 3, left - 3 : left + width + 3] = 0
    assert not inside.any()
    direction = gradient / tf.norm(gradient)
    step = 0.02  # of all pixels together; [-1, 1]
    ends = [float(term(image, made + sign * step * direction, squares)[0]) for sign in (1, -1)]
    slope = (ends[0] - ends[1]) / (2 * step)
    np.testing.assert_allclose(float(tf.reduce_sum(gradient * direction)), slope, rtol=0.05)


def test_does_not_depend_on_the_size_of_the_picture(term, portrait, square):
    real, made = as_batch(portrait), as_batch(mouth_moved(portrait, 8))
    large = [tf.image.resize(x, [1024, 1024], "bilinear") for x in (real, made)]
    want = float(term(real, made, square[np.newaxis])[0])
    got = float(term(*large, 2 * square[np.newaxis])[0])
    np.testing.assert_allclose(got, want, rtol=0.05)


def test_items_off_the_face_are_left_out_and_counted(term, portrait, square):
    off = np.array([330, 10, 120, 120], np.float32)  # an arm
    none = np.zeros(4, np.float32)
    real = as_batch(portrait, portrait, portrait, portrait)
    wrong = mouth_moved(portrait, 8)
    made = as_batch(wrong, wrong, np.zeros_like(wrong), portrait)
    squares = np.stack([square, none, off, square])
    loss, left_out = term(real, made, squares)
    alone = float(term(real[:1], made[:1], squares[:1])[0])
    np.testing.assert_allclose(float(loss), alone / 2, rtol=1e-3)  # the last has no difference
    assert float(left_out) == 0.5
    loss, left_out = term(real[1:3], made[1:3], squares[1:3])
    assert float(loss) == 0 and float(left_out) == 1


def test_formula_by_hand():
    real = tf.constant([[[0.0, 0.0], [3.0, 4.0]], [[0.0, 0.0], [10.0, 0.0]]])
    made = real + tf.constant([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [-6.0, 2.0]]])
    np.testing.assert_allclose(landmark_l1(real, made, (0, 1)), [2 / 4 / 5, 8 / 4 / 10])
    mean = mean_of_present(tf.constant([1.0, np.nan, 4.0]), tf.constant([True, False, True]))
    assert float(mean) == 2.5
