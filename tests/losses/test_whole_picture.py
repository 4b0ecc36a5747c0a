"""Losses over the whole picture: by hand, and the faults that ports of the paper have."""

import numpy as np
import tensorflow as tf

from inpaint_tf.losses.whole_picture import (
    hole_l1_of_picture,
    known_l1_of_picture,
    total_variation_of_picture,
)

MASK = np.zeros([2, 6, 8, 1], np.float32)
MASK[0, 2, 3:5] = 1
MASK[1, 4, 1] = 1
DRAW = np.random.default_rng(0)
IMAGE, PREDICTION = (DRAW.uniform(size=[2, 6, 8, 3]).astype(np.float32) for _ in range(2))


def test_l1_is_over_all_numbers_of_the_picture():
    away = np.abs(IMAGE - PREDICTION)
    hole = [away[0, 2, 3:5].sum() / 144, away[1, 4, 1].sum() / 144]
    np.testing.assert_allclose(hole_l1_of_picture(IMAGE, PREDICTION, MASK), hole, rtol=1e-6)
    known = away.reshape(2, -1).sum(axis=1) / 144 - hole
    np.testing.assert_allclose(known_l1_of_picture(IMAGE, PREDICTION, MASK), known, rtol=1e-5)


def test_total_variation_by_loops():
    want = []
    for image, mask in zip(IMAGE, MASK[..., 0]):
        region = np.zeros([8, 10], bool)
        for row, column in zip(*np.nonzero(mask)):
            region[row : row + 3, column : column + 3] = True
        region, total = region[1:-1, 1:-1], 0
        for row in range(6):
            for column in range(8):
                if row < 5 and region[row, column] and region[row + 1, column]:
                    total += np.abs(image[row, column] - image[row + 1, column]).sum()
                if column < 7 and region[row, column] and region[row, column + 1]:
                    total += np.abs(image[row, column] - image[row, column + 1]).sum()
        want.append(total / 144)
    np.testing.assert_allclose(total_variation_of_picture(IMAGE, MASK), want, rtol=1e-5)


def test_a_constant_picture_has_no_total_variation():
    assert (total_variation_of_picture(np.full_like(IMAGE, 0.7), MASK).numpy() == 0).all()
    assert (total_variation_of_picture(IMAGE, 0 * MASK).numpy() == 0).all()


def test_total_variation_has_no_gradient_outside_the_dilated_hole():
    image = tf.constant(IMAGE)
    with tf.GradientTape() as tape:
        tape.watch(image)
        total = tf.reduce_sum(total_variation_of_picture(image, MASK))
    gradient = np.abs(tape.gradient(total, image)).sum(axis=-1)
    region = np.zeros([2, 6, 8], bool)
    region[0, 1:4, 2:6] = region[1, 3:6, 0:3] = True
    assert (gradient[~region] == 0).all()
    assert (gradient[region] > 0).sum() > 15
