"""The sheet of gates for a photo of any size."""

import numpy as np
from small_networks import lively

from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.inference.gate_picture import gate_picture, gates_path


def photo(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_gates_of_a_size_the_network_does_not_take():
    model = lively("deepfill_v2", features=2)
    hole = np.zeros([61, 85], bool)
    hole[20:40, 30:60] = True
    sheet = gate_picture(model, photo(61, 85, 3), hole)
    tile = sheet[: 14 + 61, : 2 * 85 + 2]  # the first layer's name, gate and mask
    known = tile[14:, 87:, 0] > 0
    want = np.ones_like(hole)
    want[22:38, 32:58] = False  # a kernel of 5x5 reaches two pixels into the hole
    np.testing.assert_array_equal(known, want)
    assert tile[14:, :85].std() > 1
    # 40 gated layers in rows of four.
    assert sheet.shape == (10 * 77 - 2, 4 * 174 - 2, 3)


def test_a_sketch_opens_other_gates():
    model = lively("deepfill_v2", features=2, guided=True)
    hole = np.zeros([64, 72], bool)
    hole[10:50, 10:60] = True
    lines = np.zeros_like(hole)
    lines[30, 12:58] = True
    grey = photo(64, 72)
    plain, guided = (gate_picture(model, grey, hole, each) for each in (None, lines))
    assert plain.shape == guided.shape
    assert (plain != guided).mean() > 0.05


def test_networks_without_gates_have_none():
    model = lively("deepfill_v1", features=2)
    assert gate_picture(model, photo(64, 64, 3), np.ones([64, 64], bool)) is None


def test_a_compiled_network_shows_its_gates():
    model = lively("deepfill_v2", features=2)
    hole = np.zeros([64, 72], bool)
    hole[10:50, 10:60] = True
    image = photo(64, 72, 3)
    want = gate_picture(model, image, hole)
    np.testing.assert_array_equal(gate_picture(CompiledGenerator(model), image, hole), want)


def test_they_go_beside_the_result():
    assert gates_path("out/photo.jpg") == "out/photo_gates.png"
