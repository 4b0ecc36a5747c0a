"""The critics against the original's recorded scores."""

import numpy as np
import pytest

from inpaint_tf.models.critics import GlobalCritic, LocalCritic
from inpaint_tf.weights.load import read_weights
from inpaint_tf.weights.variables import assign_arrays


def views(data):
    """The global and the local view in RGB."""
    image = (data["global_u8"].astype(np.float32) / 127.5 - 1)[..., ::-1]
    top, left, height, width = data["bbox"]
    return image, image[:, top : top + height, left : left + width]


@pytest.mark.parametrize("name", ["small", "real_size"])
def test_scores_equal_the_original(golden, snapshot, name):
    data = golden(f"v1_critics/{name}")
    arrays = dict(read_weights(snapshot).arrays)
    arrays.update(
        (key[2:].replace("__", "/"), value) for key, value in data.items() if key[:2] == "w_"
    )
    whole, local = views(data)
    for critic, view, kind in [
        (LocalCritic(local.shape[1:3]), local, "local"),
        (GlobalCritic(whole.shape[1:3]), whole, "global"),
    ]:
        assign_arrays(critic, arrays, name)
        np.testing.assert_allclose(critic(view), data[f"out_{kind}"], atol=1e-5)


def test_a_size_that_is_not_square():
    critic = GlobalCritic((72, 40), width=4)
    image = np.random.default_rng(0).uniform(-1, 1, [3, 72, 40, 3]).astype(np.float32)
    assert critic(image).shape == (3, 1)
    assert critic.linear.kernel.shape == (5 * 3 * 16, 1)


def test_mixed_precision_scores_are_float32():
    critic = LocalCritic(32, width=4, dtype="mixed_bfloat16")
    assert critic(np.zeros([2, 32, 32, 3], np.float32)).dtype == "float32"
