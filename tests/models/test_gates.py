"""Gate maps, and what a partial convolution would know in the same place."""

import numpy as np
import pytest
import tensorflow as tf
from small_networks import a_picture, lively

from inpaint_tf.models.architecture import DEEPFILL, Row
from inpaint_tf.models.gates import gate_maps, known_after

SIZE = (2, 72, 80)
IMAGE, MASK = a_picture(*SIZE), np.zeros([*SIZE, 1], np.float32)
MASK[0, 10:66, 12:70] = 1
MASK[1, 50:60, 5:70] = 1


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_every_gated_convolution_has_its_map(dtype):
    model = lively("deepfill_v2", dtype=dtype)
    maps = gate_maps(model, IMAGE, MASK)
    rows = [row for table in DEEPFILL for row in table if row.channels > 0]
    assert [each.name for each in maps] == [row.name for row in rows]
    for each in maps:
        assert each.gate.shape == each.known.shape == (2, *each.gate.shape[1:3], 1)
        assert 0 < np.min(each.gate) <= np.max(each.gate) < 1
        assert np.std(each.gate) > 1e-4
    sizes = {each.name: tuple(each.gate.shape[1:3]) for each in maps}
    assert sizes["conv1"] == sizes["allconv16"] == (72, 80)
    assert sizes["conv2_downsample"] == sizes["conv14"] == (36, 40)
    assert sizes["pmconv9"] == (18, 20)


def test_the_gate_is_what_multiplies_the_feature():
    model = lively("deepfill_v2")
    maps = {each.name: each for each in gate_maps(model, IMAGE, MASK)}
    x = model.coarse_network.architecture.first_input.of(IMAGE * (1 - MASK), MASK, None)
    for step in model.coarse_network.stack.steps[:12]:
        x = step(x)
    doubling = model.coarse_network.stack.convolutions[12]
    _, gate = doubling.feature_and_gate(tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2))
    want = np.mean(gate, axis=-1, keepdims=True)
    np.testing.assert_allclose(maps["conv13_upsample"].gate, want, atol=1e-5)


def test_known_pixels_spread_by_the_reach_of_each_layer():
    known = np.zeros([1, 40, 48, 1], np.float32)
    known[0, 20, 24] = 1
    spread = np.asarray(known_after(known, Row("a", 5, 1, 1, 1)))[0, ..., 0]
    want = np.zeros([40, 48])
    want[18:23, 22:27] = 1
    np.testing.assert_array_equal(spread, want)
    apart = np.asarray(known_after(known, Row("a", 3, 1, 4, 1)))[0, ..., 0]
    want = np.zeros([40, 48])
    want[16:25:4, 20:29:4] = 1
    np.testing.assert_array_equal(apart, want)
    assert known_after(known, Row("a", 3, 2, 1, 1)).shape == (1, 20, 24, 1)
    doubled = known_after(known, Row("a", 3, 1, 1, 1, doubled=True))
    assert (doubled.shape, int(np.sum(doubled))) == ((1, 80, 96, 1), 16)


def test_the_rule_forgets_the_hole_where_gates_need_not():
    maps = gate_maps(lively("deepfill_v2"), IMAGE, MASK)
    share = {each.name: float(tf.reduce_mean(each.known[0])) for each in maps}
    assert 0.4 < share["conv1"] < share["conv4_downsample"] < share["conv6"] <= 1
    assert share["conv10_atrous"] == share["conv16"] == 1
    assert share["xconv1"] == share["pmconv1"] == share["conv1"]


def test_networks_without_gates_have_no_maps():
    assert gate_maps(lively("deepfill_v1"), IMAGE, MASK) == []
