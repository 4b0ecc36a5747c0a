"""Sheets: what is shown where."""

import numpy as np

from inpaint_tf.visualization.panels import GAP, LEGEND_HEIGHT, grid, stage_panels, with_holes


def flat(value, count=2):
    return np.full([count, 8, 16, 3], value, np.uint8)


def test_holes_are_white_and_boxes_red():
    masks = np.zeros([1, 8, 16, 1])
    masks[0, 3:5, 4:9] = 1
    shown = with_holes(flat(50, 1), masks, np.array([[2, 3, 5, 9]]))[0]
    assert (shown[3:5, 4:9] == 255).all()
    assert (shown[2, 3:12] == (255, 0, 0)).all() and (shown[2:7, 11] == (255, 0, 0)).all()
    assert (shown[0] == 50).all() and (shown[7] == 50).all()


def test_grid_puts_pictures_in_rows():
    sheet = grid([flat(n, 1)[0] for n in range(5)], 2)
    assert sheet.shape == (3 * 8 + 2 * GAP, 2 * 16 + GAP, 3)
    assert sheet[0, 0, 0] == 0 and sheet[0, -1, 0] == 1 and sheet[-1, 0, 0] == 4
    assert sheet[8, 0, 0] == 255 and sheet[-1, -1, 0] == 255


def test_a_row_per_picture_a_column_per_stage():
    masks = np.zeros([2, 8, 16, 1])
    offsets = np.zeros([2, 1, 2, 2], np.int32)
    offsets[:, :, 1] = (3, -4)
    stages = flat(10), masks, [flat(20), flat(30)], flat(40)
    sheet = stage_panels(*stages, offsets)
    assert sheet.shape == (2 * 8 + GAP, 6 * 16 + 5 * GAP, 3)
    values = [int(sheet[-1, column * (16 + GAP), 0]) for column in range(6)]
    assert values == [10, 10, 20, 30, 40, 255]  # an offset of 0 is white
    assert (sheet[-1, -1] != 255).any()
    assert stage_panels(*stages).shape[1] == 5 * 16 + 4 * GAP
    one = stage_panels(flat(10), masks, [flat(20)], flat(40))
    assert one.shape[1] == 4 * 16 + 3 * GAP and one[0, 2 * (16 + GAP), 0] == 20


def test_names_stand_above_their_columns():
    masks = np.zeros([1, 48, 64, 1])
    pictures = [np.full([1, 48, 64, 3], value, np.uint8) for value in (10, 20, 30, 40)]
    plain = stage_panels(pictures[0], masks, pictures[1:3], pictures[3])
    sheet = stage_panels(
        pictures[0], masks, pictures[1:3], pictures[3], names=("coarse", "refined")
    )
    assert sheet.shape == (LEGEND_HEIGHT + 48, *plain.shape[1:])
    np.testing.assert_array_equal(sheet[LEGEND_HEIGHT:], plain)
    ink = [
        int((sheet[:LEGEND_HEIGHT, column * (64 + GAP) :][:, :64] < 128).sum())
        for column in range(5)
    ]
    assert min(ink) > 10 and len(set(ink)) > 2  # other words
    other = stage_panels(pictures[0], masks, pictures[1:3], pictures[3], names=("first", "refined"))
    changed = (sheet != other).any(axis=(0, 2)).nonzero()[0]
    assert changed.min() >= 2 * (64 + GAP) and changed.max() < 3 * (64 + GAP)
