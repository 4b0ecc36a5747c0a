"""Offsets in colour, against the original's pictures."""

import numpy as np
import pytest

from inpaint_tf.visualization.flow_color import color_wheel, flow_color


def test_wheel_equals_the_original(golden):
    np.testing.assert_array_equal(color_wheel(), golden("misc/flow_images")["colorwheel"])


@pytest.mark.parametrize("kind", ["int", "float", "zero"])
def test_colors_with_running_radius_equal_the_original(golden, kind):
    data = golden("misc/flow_images")
    got = flow_color(data[f"flow_{kind}"], running_radius=True)
    np.testing.assert_array_equal(got, data[f"rgb_{kind}"])


@pytest.mark.parametrize("name", ["nonsquare_b2", "two_holes", "rate4"])
def test_colors_of_attention_equal_the_original(golden, name):
    data = golden(f"contextual_attention/{name}")
    np.testing.assert_array_equal(flow_color(data["offsets"], True), data["flow_rgb"])


def test_by_default_every_picture_has_its_own_radius(golden):
    flow = golden("misc/flow_images")["flow_int"][::-1]  # the longest first
    together = flow_color(flow)
    for item in range(len(flow)):
        np.testing.assert_array_equal(together[item], flow_color(flow[item : item + 1])[0])
    assert (flow_color(flow, running_radius=True).numpy() != together.numpy()).any()


def test_directions_have_the_wheel_s_hues():
    # Down is red, up is cyan; standing still is white.
    got = flow_color(np.array([[5, 0], [-5, 0], [0, 0]]).reshape(1, 1, 3, 2)).numpy()[0, 0]
    red, cyan, white = got.astype(int)
    assert red[0] > 200 and red[1] < 30 and red[2] < 30
    assert cyan[0] < 30 and cyan[1] > 180 and cyan[2] > 200
    assert white.tolist() == [255, 255, 255]
