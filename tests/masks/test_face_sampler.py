"""The fixed hole of aligned faces, by hand."""

import numpy as np
import tensorflow as tf

from inpaint_tf.masks.face_sampler import FaceMaskSampler


def test_fixed_hole_is_the_lower_face_and_the_box_lies_over_it():
    mask, box, fault = FaceMaskSampler((100, 200), (50, 160))(tf.constant([0, 0]))
    want = np.zeros([100, 200, 1], np.float32)
    want[53:93, 46:154] = 1  # below the eyes, from cheek to cheek
    np.testing.assert_array_equal(mask, want)
    np.testing.assert_array_equal(box, [48, 20, 50, 160])
    assert fault == ""
    _, high, _ = FaceMaskSampler((100, 200), (90, 160))(tf.constant([0, 0]))
    np.testing.assert_array_equal(high, [10, 20, 90, 160])  # moved up into the picture


def test_the_rectangle_is_of_height_and_width():
    hole = FaceMaskSampler((40, 80), (8, 8), rectangle=(0.1, 0.5, 0.25, 0.4)).fixed_hole()
    want = np.zeros([40, 80], bool)
    want[4:14, 40:72] = True
    np.testing.assert_array_equal(hole, want)
