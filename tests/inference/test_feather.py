"""The soft seam."""

import numpy as np
import pytest

from inpaint_tf.inference.feather import blend_seam


def half_plane(columns=12, rows=9, first_hole=5):
    hole = np.zeros([rows, columns], bool)
    hole[:, first_hole:] = True
    return hole


def test_error_at_the_border_fades_with_the_distance():
    hole = half_plane()
    image, prediction = np.full([9, 12, 3], 0.5), np.zeros([9, 12, 3])
    got = blend_seam(prediction, image, hole, width=3)
    # Distances 1, 2, 3 and on: 3/4, 2/4 and 1/4 of the error, then none; known pixels stay.
    np.testing.assert_allclose(got[4, :, 0], [0] * 5 + [0.375, 0.25, 0.125, 0, 0, 0, 0], atol=1e-6)


def test_each_pixel_takes_the_error_nearest_to_it():
    hole = half_plane()
    rows = np.arange(9.0)[:, None, None]
    image, prediction = np.broadcast_to(rows / 10, [9, 12, 3]), np.zeros([9, 12, 3])
    got = blend_seam(prediction, image, hole, width=1)
    np.testing.assert_allclose(got[:, 5, 1], np.arange(9) / 20, atol=1e-6)


def test_texture_of_the_prediction_is_kept():
    hole = half_plane()
    prediction = np.random.default_rng(0).normal(size=[9, 12, 3])
    image = prediction + 0.25
    got = blend_seam(prediction, image, hole, width=3)
    np.testing.assert_allclose((got - prediction)[:, 5], 0.75 * 0.25, atol=1e-6)


def test_sigma_takes_the_mean_of_the_known_errors_nearby():
    hole, prediction = half_plane(rows=20), np.zeros([20, 12, 3])
    stripes = np.broadcast_to(np.where(np.arange(20) % 2, 0.5, -0.5)[:, None, None], [20, 12, 3])
    sharp, soft = (blend_seam(prediction, stripes, hole, 3, sigma) for sigma in (None, 2.0))
    assert np.abs(sharp[4:16, 5]).min() > 0.37 and np.abs(soft[4:16, 5]).max() < 0.01
    level = np.full([20, 12, 3], 0.5)  # only known pixels count, so an even error stays
    got = blend_seam(prediction, level, hole, 3, 2.0)
    np.testing.assert_allclose(got[:, 5:8, 0], [[0.375, 0.25, 0.125]] * 20, atol=1e-5)


@pytest.mark.parametrize("width, hole", [(0, half_plane()), (4, half_plane() & False)])
def test_nothing_to_do_changes_nothing(width, hole):
    prediction = np.random.default_rng(0).normal(size=[9, 12, 3])
    assert blend_seam(prediction, prediction + 1, hole, width) is prediction


def test_distance_is_euclidean_as_tensorflow_addons_computes_it():
    tfa = pytest.importorskip(
        "tensorflow_addons", reason="TensorFlow Addons is on the addons stack alone"
    )
    hole = np.zeros([40, 56], bool)
    hole[8:30, 10:45] = True
    hole[15:20, 20:25] = False
    image, prediction = np.ones([40, 56, 3]), np.zeros([40, 56, 3])
    got = blend_seam(prediction, image, hole, width=10)[..., 0]
    distance = tfa.image.euclidean_dist_transform(hole[..., None].astype(np.uint8) * 255)
    want = np.clip(1 - distance.numpy()[..., 0] / 11, 0, 1) * hole
    # OpenCV adds up steps on a 5x5 mask, which is within two per cent of the true distance.
    np.testing.assert_allclose(got, want, atol=0.02)
