"""Whatever lies under the hole of the picture that a network is given makes no difference."""

import numpy as np
import pytest
from small_networks import NETWORKS, lively

from inpaint_tf.models.registry import MODELS, create_model

SIZE = (64, 72)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_pixels_under_the_hole_are_not_looked_at(name):
    random = np.random.default_rng(0)
    first, second = random.uniform(-1, 1, [2, 2, *SIZE, 3]).astype(np.float32)
    mask = np.zeros([2, *SIZE, 1], np.float32)
    mask[0, 10:40, 20:60] = mask[1, 30:60, 5:30] = 1  # a hole per item
    other = np.where(mask > 0, second, first)
    model = lively(name) if name in NETWORKS else create_model(name, width=4)
    got, want = model(other, mask), model(first, mask)
    for ours, theirs in zip(got.stages, want.stages):
        np.testing.assert_array_equal(ours, theirs)
    changed = model(np.where(mask > 0, first, second), mask).last  # what is known does matter
    assert np.abs(changed - want.last).max() > 1e-3
    completed = model.complete(other, mask)
    np.testing.assert_array_equal(completed, model.complete(first, mask))
