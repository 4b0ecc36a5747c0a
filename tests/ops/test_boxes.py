"""The local view against NumPy slices."""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops.boxes import box_mask, crop_boxes


def test_each_item_is_cut_to_its_own_box():
    image = np.random.default_rng(0).normal(size=[3, 11, 14, 2]).astype(np.float32)
    box = np.array([[0, 0, 5, 4], [6, 10, 5, 4], [3, 2, 5, 4]], np.int32)
    views = crop_boxes(image, tf.constant(box), (5, 4)).numpy()
    for view, item, (top, left, height, width) in zip(views, image, box):
        np.testing.assert_array_equal(view, item[top : top + height, left : left + width])


def test_gradient_goes_back_to_where_the_view_came_from():
    image = tf.Variable(tf.ones([2, 7, 9, 1]))
    box = tf.constant([[1, 2, 3, 4], [4, 5, 3, 4]])
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(crop_boxes(image, box, (3, 4)))
    gradient = tf.convert_to_tensor(tape.gradient(total, image))
    np.testing.assert_array_equal(gradient, box_mask(box, (7, 9)))


def test_box_mask_by_hand():
    mask = box_mask(tf.constant([1, 0, 2, 3]), (4, 5)).numpy()[..., 0]
    want = np.zeros([4, 5])
    want[1:3, 0:3] = 1
    np.testing.assert_array_equal(mask, want)
