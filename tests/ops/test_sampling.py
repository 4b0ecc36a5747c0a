"""Reading between places, and where from."""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops.sampling import bilinear_sample, cell_offsets, own_positions


def planes(batch=2, height=6, width=9):
    """Features that tell their row, their column and their item."""
    item, y, x = np.mgrid[:batch, :height, :width].astype(np.float32)
    return np.stack([y, 10 * x, 100 * item], axis=-1)


def test_between_places_it_is_linear_and_every_item_has_its_own():
    draw = np.random.default_rng(0)
    rows, columns = draw.uniform(0, 5, [2, 4, 7]), draw.uniform(0, 8, [2, 4, 7])
    got = bilinear_sample(planes(), rows.astype(np.float32), columns.astype(np.float32))
    item = np.arange(2.0)[:, None, None] + 0 * rows
    want = np.stack([rows, 10 * columns, 100 * item], axis=-1)
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


def test_agrees_with_four_neighbours_by_hand():
    x = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1) ** 2
    got = bilinear_sample(x, tf.constant([[[1.25]]]), tf.constant([[[2.5]]]))
    want = 0.75 * (36 + 49) / 2 + 0.25 * (100 + 121) / 2
    np.testing.assert_allclose(got[0, 0, 0, 0], want)


def test_beyond_the_border_the_edge_is_repeated():
    rows, columns = tf.constant([[[-3.0, 99.0, 2.0]]]), tf.constant([[[4.0, 4.0, 99.0]]])
    got = bilinear_sample(planes(1), rows, columns)[0, 0]
    np.testing.assert_allclose(got, [[0, 40, 0], [5, 40, 0], [2, 80, 0]])


def test_gradients_of_places_are_the_slopes():
    rows, columns = tf.constant([[[1.3]], [[3.6]]]), tf.constant([[[2.7]], [[6.1]]])
    with tf.GradientTape() as tape:
        tape.watch([rows, columns])
        read = bilinear_sample(planes(), rows, columns)
        total = tf.reduce_sum(read[..., :2])
    down, across = tape.gradient(total, [rows, columns])
    np.testing.assert_allclose(down, np.ones([2, 1, 1]), rtol=1e-5)
    np.testing.assert_allclose(across, 10 * np.ones([2, 1, 1]), rtol=1e-5)


def test_own_positions_read_what_is_there():
    x = planes()
    rows, columns = (tf.broadcast_to(own, [2, 6, 9]) for own in own_positions(tf.constant(x)))
    np.testing.assert_array_equal(bilinear_sample(x, rows, columns), x)


def test_offsets_of_cells():
    """Everything is read two cells further down and one to the left."""
    rows, columns = (np.asarray(own) for own in own_positions(tf.zeros([1, 12, 16, 1])))
    rows, columns = np.broadcast_arrays(rows + 4, columns - 2)
    offsets = cell_offsets(tf.constant(rows), tf.constant(columns), 2)
    assert offsets.shape == (1, 6, 8, 2) and offsets.dtype == tf.int32
    np.testing.assert_array_equal(offsets[0, :4, 1:], np.tile([2, -1], [4, 7, 1]))
    # The last rows and the first column would be read from beyond the border.
    np.testing.assert_array_equal(offsets[0, 5, 3], [0, -1])
    np.testing.assert_array_equal(offsets[0, 0, 0], [2, 0])
    sides = np.asarray(offsets) + np.moveaxis(np.mgrid[:6, :8], 0, -1)
    assert sides.min() == 0 and (sides.max(axis=(0, 1, 2)) == [5, 6]).all()
