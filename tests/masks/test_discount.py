"""Spatial discounting: as recorded for boxes, true distances for any hole."""

import numpy as np
import pytest

from inpaint_tf.masks.discount import box_discount, distance_discount


@pytest.mark.parametrize(
    "name, size, discount",
    [
        ("sd_128x128_g0.9", (128, 128), 0.9),
        ("sd_64x32_g0.99", (64, 32), 0.99),
        ("sd_32x64_g0.9", (32, 64), 0.9),
        ("sd_5x4_g0.5", (5, 4), 0.5),
        ("sd_off_5x4", (5, 4), 1.0),
    ],
)
def test_boxes_as_recorded(golden, name, size, discount):
    recorded = golden("misc/spatial_discounting")[name]
    np.testing.assert_allclose(box_discount(size, discount), recorded, atol=1e-6)


def brute_force(mask, discount, farthest):
    """For each pixel of the hole, look at every known pixel."""
    weights = np.zeros(mask.shape)
    known = np.argwhere(mask == 0)
    for y, x in np.argwhere(mask > 0):
        nearest = np.abs(known - [y, x]).sum(1).min() if len(known) else farthest
        weights[y, x] = discount ** min(nearest, farthest)
    return weights


@pytest.mark.parametrize("farthest", [20, 3])
def test_distances_of_any_hole(farthest):
    random = np.random.default_rng(0)
    holes = np.zeros([4, 13, 17])
    holes[0, 3:10, 4:14] = 1
    holes[1] = random.random([13, 17]) < 0.8
    holes[2, :, :9] = 1  # touches the border, where nothing is known
    holes[3] = 1
    mask = holes[..., np.newaxis].astype(np.float32)
    weights = distance_discount(mask, 0.9, farthest).numpy()[..., 0]
    for hole, ours in zip(holes, weights):
        np.testing.assert_allclose(ours, brute_force(hole, 0.9, farthest), atol=1e-6)
