"""The sheet of gate maps."""

import numpy as np

from inpaint_tf.visualization.gate_sheet import gate_sheet


def test_gate_and_mask_lie_side_by_side_under_their_name():
    gate, known = np.full([5, 8], 0.2), np.zeros([5, 8])
    known[:, 4:] = 1
    sheet = gate_sheet([("conv1", gate, known)] * 5, (40, 64))
    tile = sheet[:54, :130]  # a title of 14 pixels; 64 + 2 + 64 wide
    assert sheet.shape == (2 * 54 + 2, 4 * 130 + 3 * 2, 3)
    np.testing.assert_array_equal(tile[14:, :64], 51)
    np.testing.assert_array_equal(tile[14:, 66:98], 0)
    np.testing.assert_array_equal(tile[14:, 98:130], 255)
    assert (tile[:14] < 128).any()
    # Where everything is known the mask is white; what surrounds it is not.
    np.testing.assert_array_equal(tile[[0, 13]], 208)
    np.testing.assert_array_equal(tile[14:, 64:66], 208)
    np.testing.assert_array_equal(sheet[56:, :130], tile)
    np.testing.assert_array_equal(sheet[56:, 132:], 255)


def test_large_pictures_are_shown_small():
    gate = np.linspace(0, 1, 64 * 48).reshape(64, 48)
    sheet = gate_sheet([("a", gate, gate)], (1024, 768))
    assert sheet.shape[0] == 14 + 96
    assert sheet[14, 0, 0] == 0 and sheet[-1, 71, 0] >= 250
