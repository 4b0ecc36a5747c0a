"""The parts of borrowed detail, against slow sums and known answers."""

import numpy as np
import tensorflow as tf
from detail_pictures import as_levels, box, slope, soft, waves

from inpaint_tf.detail import refine
from inpaint_tf.detail.borrow import Sources
from inpaint_tf.detail.cells import Cells, cells_of, corners_of
from inpaint_tf.detail.corners import (
    allowed_corners,
    draws,
    draws_of,
    is_allowed,
    random_corners,
    start_corners,
)
from inpaint_tf.detail.cost import WORST, compared, patch_costs, targets_at
from inpaint_tf.detail.levels import coarse_levels, fine_levels, from_fine_levels
from inpaint_tf.detail.low_pass import gaussian_weights, low_pass
from inpaint_tf.detail.paste import paste
from inpaint_tf.detail.seam import seam_correction, seam_weights
from inpaint_tf.detail.search import _better, in_blocks, search


def random_levels(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 64, shape).astype(np.float32)


def test_levels_are_whole_and_come_back():
    image = (np.arange(256, dtype=np.float32) / np.float32(127.5) - 1)[:, None, None]
    image = np.repeat(image, 3, axis=-1)
    fine = fine_levels(image).numpy()
    np.testing.assert_array_equal(fine[:, 0, 0], 128.0 * np.arange(256))
    np.testing.assert_allclose(from_fine_levels(fine), image, atol=1e-6)
    np.testing.assert_array_equal(coarse_levels(fine).numpy()[:, 0, 0], np.arange(256) // 4)
    np.testing.assert_array_equal(
        fine_levels([-1.5, 1.25, 9]), [0, 32640, 32640]
    )  # as networks may


def test_low_pass_is_the_gaussian_sum():
    levels = np.random.default_rng(0).integers(0, 32641, [1, 19, 31, 3]).astype(np.float32)
    got = low_pass(levels, 2.5).numpy()[0]
    weights = gaussian_weights(2.5).astype(np.float64)
    assert weights.sum() == 256 and len(weights) == 17
    places = np.arange(-8, 9)
    np.testing.assert_allclose(weights / 256, np.exp(-(places**2) / 12.5) / 6.2666, atol=0.004)

    def along(x):  # the first axis
        before, after = 2 * x[0] - x[8:0:-1], 2 * x[-1] - x[-2:-10:-1]
        extended = np.concatenate([before, x, after])
        return np.rint(sum(w * extended[k : k + len(x)] for k, w in enumerate(weights)) / 256)

    want = along(levels[0].astype(np.float64))
    want = along(want.transpose(1, 0, 2)).transpose(1, 0, 2)
    np.testing.assert_array_equal(got, want)


def test_a_slope_has_no_residual():
    image = slope(40, 56)
    np.testing.assert_allclose(as_levels(soft(image)), as_levels(image), atol=0.02)


def test_allowed_corners():
    usable = 1 - box(40, 50, 18, 20, 1, 2)
    allowed = allowed_corners(usable, 16).numpy()
    assert allowed.shape == (25, 35)
    for row in range(25):
        for column in range(35):
            assert allowed[row, column] == usable[row : row + 16, column : column + 16].all()
    corners = [[0, 0], [24, 34], [25, 0], [0, 35], [-1, 3], [18, 20]]
    got = is_allowed(allowed, tf.constant(corners)).numpy()
    np.testing.assert_array_equal(got, [True, True, False, False, False, False])


def test_random_corners_are_allowed_and_spread():
    allowed = np.zeros([30, 44], bool)
    allowed[3:9, 20:40] = allowed[29, 43] = True
    numbers = np.linspace(0, 1, 400, endpoint=False).astype(np.float32)
    corners = random_corners(allowed, numbers).numpy()
    assert allowed[corners[:, 0], corners[:, 1]].all()
    assert len(np.unique(corners, axis=0)) == allowed.sum()


def test_draws_depend_on_cell_and_seed():
    table = draws(0, 3)
    assert table.shape == (64, 64, 3) and table.min() >= 0 and table.max() < 1
    assert abs(table.mean() - 0.5) < 0.01 and (draws(1, 3) != table).mean() > 0.99
    got = draws_of(table, tf.constant([[2, 5], [70, 5], [5, 2]])).numpy()
    np.testing.assert_array_equal(got, [table[2, 5], table[6, 5], table[5, 2]])


def test_cells_of_a_hole():
    hole = box(37, 50, 9, 30, 3, 4)  # within the cell (1, 3), and a patch around others
    cells = cells_of(hole, 8, 16)
    assert cells.slots.shape == (5, 7)
    want = [
        (row, column)
        for row in range(5)
        for column in range(7)
        if hole[max(0, 8 * row - 4) : 8 * row + 12, max(0, 8 * column - 4) : 8 * column + 12].any()
    ]
    assert want == [tuple(position) for position in cells.positions.numpy()] and len(want) > 2
    slots = cells.slots.numpy()
    assert [slots[position] for position in want] == list(range(len(want)))
    assert (slots == len(want)).sum() == 35 - len(want)
    outside = cells.slots_at(tf.constant([[-1, 0], [0, 7], [5, 0], want[0]])).numpy()
    np.testing.assert_array_equal(outside, [len(want)] * 3 + [0])
    cells = cells_of(box(40, 50, 30, 40, 10, 10), 8, 16)  # the last cell is one of them
    beyond = cells.slots_at(tf.constant([[4, 6], [4, 7], [5, 6], [3, 7], [5, 0]])).numpy()
    number = cells.positions.shape[0]
    np.testing.assert_array_equal(beyond, [number - 1, *[number] * 4])


def test_start_corners_are_the_attentions_where_allowed():
    cells = cells_of(box(48, 64, 16, 24, 8, 8), 8, 16)
    usable = 1 - box(48, 64, 16, 24, 8, 8)
    allowed = allowed_corners(usable, 16)
    offsets = np.zeros([6, 8, 2], np.int32)
    offsets[2, 3] = (2, 2)  # to the cell (4, 5), whose patch lies inside
    numbers = np.full([cells.positions.shape[0]], 0.5, np.float32)
    got = start_corners(offsets, cells, allowed, numbers, cell=8, patch=16).numpy()
    number = cells.slots.numpy()[2, 3]
    np.testing.assert_array_equal(got[number], [4 * 8 - 4, 5 * 8 - 4])
    drawn = random_corners(allowed, numbers).numpy()
    for other in set(range(len(got))) - {number}:  # an offset of 0 leads into the hole
        np.testing.assert_array_equal(got[other], drawn[other])


def test_costs_are_the_squared_differences():
    filled, smooth = random_levels(40, 52, 3), random_levels(40, 52, 3, seed=1)
    hole = box(40, 52, 5, 30, 9, 12)
    pictures = compared(filled, smooth, hole)
    targets = np.array([[-4, 26], [4, 30], [28, 44]], np.int32)
    sources = np.array([[20, 3], [24, 36], [0, 10]], np.int32)
    got = patch_costs(pictures, targets_at(pictures, targets, 16), sources).numpy()
    for (top, left), (row, column), cost in zip(targets, sources, got):
        want = 0
        for y in range(16):
            for x in range(16):
                ty, tx = top + y, left + x
                if 0 <= ty < 40 and 0 <= tx < 52:
                    source = (smooth if hole[ty, tx] else filled)[row + y, column + x]
                    want += np.square(source - filled[ty, tx]).sum()
        assert cost == want < WORST


def test_the_search_finds_what_fits_and_keeps_what_is_better():
    texture = waves(96, 120, 32)
    hole = box(96, 120, 40, 48, 24, 24)
    levels = fine_levels(np.where(hole[..., None] > 0, soft(texture), texture))
    smooth = low_pass(levels[None], 2.5)[0]
    pictures = compared(coarse_levels(levels), coarse_levels(smooth), hole)
    allowed, cells = allowed_corners(1 - hole, 16), cells_of(hole, 8, 16)
    corners = corners_of(cells.positions, 8, 16)
    start = random_corners(allowed, draws_of(draws(0, 1), cells.positions)[:, 0])
    options = {"cell": 8, "patch": 16, "jumps": (4, 2, 1), "radii": (16, 8, 4, 2, 1), "seed": 0}
    found = search(pictures, allowed, cells, start, **options)
    targets = targets_at(pictures, corners, 16)
    before, after = (patch_costs(pictures, targets, x).numpy() for x in (start, found))
    assert (after <= before).all() and after.mean() < before.mean() / 8
    assert is_allowed(allowed, found).numpy().all()


def test_of_equal_patches_the_first_wins():
    flat = np.zeros([24, 30, 3], np.float32)
    pictures = compared(flat, flat, box(24, 30, 0, 0, 4, 4))
    allowed = allowed_corners(1 - box(24, 30, 0, 0, 4, 4), 16)
    targets = targets_at(pictures, tf.constant([[-4, -4]] * 3), 16)
    best, tried = [[7, 9], [7, 9], [7, 9]], [[7, 8], [8, 5], [6, 14]]
    found, costs = _better(
        pictures, allowed, targets, tf.constant(best), tf.zeros([3]), tf.constant(tried)
    )
    np.testing.assert_array_equal(found, [[7, 8], [7, 9], [6, 14]])
    assert not costs.numpy().any()


def test_one_shift_pastes_the_residual_as_it_is():
    residual = np.random.default_rng(0).integers(-65280, 65281, [48, 72, 3]).astype(np.float32)
    hole = box(48, 72, 13, 17, 12, 21)
    cells = cells_of(hole, 8, 16)
    sources = corners_of(cells.positions, 8, 16) + tf.constant([12, 22])
    detail = paste(residual, cells, sources, cell=8, patch=16).numpy()[:48, :72]
    want = np.roll(residual, (-12, -22), axis=(0, 1))
    np.testing.assert_array_equal(detail[hole > 0], want[hole > 0])


def test_patches_are_weighed_by_their_window():
    residual = np.zeros([32, 64, 3], np.float32)
    residual[:, 32:] = 1600
    places = tf.constant([[1, 1], [1, 2]])
    slots = np.full([4, 8], 2, np.int32)
    slots[1, 1], slots[1, 2] = 0, 1
    sources = tf.constant([[8, 0], [8, 40]])  # zeros for the first cell, ones for the second
    detail = paste(residual, Cells(places, tf.constant(slots)), sources, cell=8, patch=16).numpy()
    row = detail[12, 8:24, 0]
    np.testing.assert_array_equal(row[:4], 0)
    np.testing.assert_array_equal(row[12:], 1600)
    assert (np.diff(row) >= 0).all() and 0 < row[6] < row[9] < 1600
    np.testing.assert_allclose(row + row[::-1], 1600, atol=1e-6)


def test_seam_is_the_weighed_mean_of_known_errors():
    random = np.random.default_rng(0)
    error = random.integers(-65280, 65281, [19, 23, 3]).astype(np.float32)
    known = (random.random([19, 23]) < 0.4).astype(np.float32)
    known[:, 12:] = 0  # far from it nothing is corrected
    got = seam_correction(error, known, 1.5).numpy()
    row = np.exp(-np.square(np.arange(-4, 5) / 1.5) / 2)
    weights = np.outer(row, row) / np.square(row.sum()) * 256
    np.testing.assert_allclose(seam_weights(1.5), weights, atol=0.5)
    weights = np.rint(weights)
    for y in range(19):
        for x in range(23):
            near, total = 0, 0
            for down in range(-4, 5):
                for right in range(-4, 5):
                    if 0 <= y + down < 19 and 0 <= x + right < 23 and known[y + down, x + right]:
                        weight = weights[down + 4, right + 4]
                        near, total = near + weight, total + weight * error[y + down, x + right]
            strength = min(near / 102.4, 1)
            np.testing.assert_allclose(got[y, x], total / max(near, 1) * strength, atol=0.6)
    assert not got[:, 16:].any() and got[:, :12].any(axis=-1).all()


def test_blocks_are_every_cell_once(monkeypatch):
    monkeypatch.setattr("inpaint_tf.detail.search.BLOCK", 3)
    for count in (1, 3, 4, 8):
        numbers, rows = tf.range(count), tf.reshape(tf.range(2 * count), [count, 2])
        got = in_blocks(lambda items: items[1] - items[0][:, None], (numbers, rows))
        np.testing.assert_array_equal(got, rows - numbers[:, None])


def test_a_source_is_moved_only_where_it_may_lie(monkeypatch):
    """All are to be moved by a pixel, so that their patches touch one more small pixel."""
    monkeypatch.setattr(refine, "_handed_on", lambda corrections, *_: tf.ones_like(corrections))
    hole, usable = box(40, 64, 16, 16, 8, 16), 1 - box(40, 64, 20, 60, 1, 1)
    usable *= 1 - hole
    cells = cells_of(hole, 8, 16)
    count = cells.positions.shape[0]
    # With room, beside what is not usable, and at the border.
    given = np.array([[3, 43], [4, 44], [24, 48], *[[23, 47]] * (count - 3)], np.int32)
    large_hole = np.kron(hole, np.ones([3, 3], np.float32))
    sources = Sources(cells, tf.constant(given))
    filled = tf.zeros([120, 192, 3])
    found = refine.refined(
        filled, large_hole, usable, hole, sources, tf.constant(3), cell=8, patch=16
    )
    moved = np.ones([count, 1], int)
    moved[1:3] = 0
    np.testing.assert_array_equal(found, 3 * given + moved)


def test_corrections_go_on_to_all_cells_of_one_piece():
    cells = cells_of(box(64, 160, 4, 4, 56, 152), 8, 16)  # all 8 by 20
    row, column = cells.positions.numpy().T
    far = np.where((column < 13)[:, None], (3, 50), (3, 51))
    corners = corners_of(cells.positions, 8, 16) + tf.constant(far, tf.int32)
    settled = (column == 0) & (row == 2)
    given = np.where(settled[:, None], (1, -2), (9, 9)).astype(np.int32)
    got = refine._handed_on(given, tf.constant(settled), Sources(cells, corners), 8, 16)
    np.testing.assert_array_equal(got, np.where((column < 13)[:, None], (1, -2), 0))
