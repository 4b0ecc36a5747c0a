"""l1 in the hole and outside, by hand and as the recorded program has it."""

import numpy as np

from inpaint_tf.losses.reconstruction import discounted_l1, hole_l1, known_l1
from inpaint_tf.losses.total_variation import total_variation

MASK = np.zeros([2, 3, 4, 1], np.float32)
MASK[0, 1, 1:3] = 1  # two pixels
MASK[1] = 1  # everything
IMAGE = np.zeros([2, 3, 4, 3], np.float32)
PREDICTION = np.arange(72, dtype=np.float32).reshape(2, 3, 4, 3)


def test_known_l1_by_hand():
    known = PREDICTION[0][MASK[0, ..., 0] == 0]
    np.testing.assert_allclose(known_l1(IMAGE, PREDICTION, MASK), [known.mean(), 0], rtol=1e-6)


def test_hole_l1_by_hand():
    values = hole_l1(IMAGE, PREDICTION, MASK, 0.5 * MASK)
    hole = PREDICTION[0, 1, 1:3]
    np.testing.assert_allclose(values, [hole.mean() / 2, PREDICTION[1].mean() / 2], rtol=1e-6)
    np.testing.assert_array_equal(hole_l1(IMAGE, PREDICTION, 0 * MASK, 0 * MASK), [0, 0])


def test_discounted_l1_by_hand():
    weights = np.zeros([1, 3, 4, 1], np.float32)
    weights[0, 2, 3] = 1
    values = discounted_l1(IMAGE, PREDICTION, weights)
    np.testing.assert_allclose(values, PREDICTION[:, 2, 3].sum(-1) / 36, rtol=1e-6)


def test_total_variation_by_hand():
    picture = np.zeros([1, 3, 4, 1], np.float32)
    picture[0, :, 2:] = 1  # a vertical edge between columns 1 and 2
    mask = np.zeros([1, 3, 4, 1], np.float32)
    mask[0, 1, 1] = 1
    # Pairs that touch the pixel: two to the side, of which one crosses the edge, two up and down.
    np.testing.assert_allclose(total_variation(picture, mask), [0.5])
    np.testing.assert_allclose(total_variation(picture, np.roll(mask, -1, axis=2)), [0.0])
    np.testing.assert_allclose(total_variation(picture, 0 * mask), [0.0])


def test_total_variation_by_loops():
    draw = np.random.default_rng(0)
    pictures = draw.uniform(-1, 1, [2, 4, 6, 3]).astype(np.float32)
    masks = np.zeros([2, 4, 6, 1], np.float32)
    masks[0, 1:3, 2] = masks[1, 3, 4:] = 1
    want = []
    for picture, mask in zip(pictures, masks[..., 0]):
        sides = []
        for down, right in ((1, 0), (0, 1)):
            steps = [
                np.abs(picture[row, column] - picture[row + down, column + right])
                for row in range(4 - down)
                for column in range(6 - right)
                if mask[row, column] or mask[row + down, column + right]
            ]
            sides.append(np.mean(steps))
        want.append(sum(sides))
    np.testing.assert_allclose(total_variation(pictures, masks), want, rtol=1e-5)


def test_a_prediction_of_the_picture_itself_costs_nothing():
    for loss, weights in ((known_l1, ()), (hole_l1, (MASK,)), (discounted_l1, ())):
        np.testing.assert_array_equal(loss(PREDICTION, PREDICTION, MASK, *weights), [0, 0])
