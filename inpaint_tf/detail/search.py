"""The search: it finds, for every cell, a patch of the photo whose detail fits.

Jump flooding, all cells at once (a parallel form of PatchMatch, Barnes et al., SIGGRAPH 2009): each
cell tries what its neighbours at some distance have found, moved by that distance, and then random
patches around its own, nearer and nearer. Costs are exact, and of two equal ones the patch with the
lower index wins, so the result does not depend on the order in which cells are computed.
"""

import tensorflow as tf

from inpaint_tf.detail.cells import corners_of
from inpaint_tf.detail.corners import draws, draws_of, is_allowed
from inpaint_tf.detail.cost import WORST, patch_costs, targets_at
from inpaint_tf.ops.mapping import map_items, times

AROUND = ((-1, 0), (0, -1), (0, 1), (1, 0))
BLOCK = 512  # cells whose patches exist at once


def search(pictures, allowed, cells, start, *, cell, patch, jumps, radii, seed):
    """Sources for all cells.

    Args:
        pictures: `Compared`.
        allowed: bool, of `allowed_corners`.
        cells: `Cells`, at least one.
        start: `[N, 2]` int32, allowed corners of patches to start from.
        cell, patch: sides in pixels.
        jumps: tuple of ints, the distance in cells to the neighbours of each round.
        radii: tuple of ints, how far each draw of a round may go, in pixels.
        seed: int.

    Returns:
        `[N, 2]` int32, allowed corners.
    """
    table = draws(seed, 2 * len(radii) * len(jumps))
    numbers = tf.reshape(draws_of(table, cells.positions), [-1, len(jumps), len(radii), 2])
    corners = corners_of(cells.positions, cell, patch)

    def one_round(number, found):
        candidates = _of_neighbours(cells, found, tf.constant(jumps)[number], cell)
        shifts = _shifts(numbers[:, number], radii)
        return number + 1, _improved(pictures, allowed, corners, found, candidates, shifts, patch)

    # In the graph: written out, the rounds take seconds to trace.
    return times(len(jumps), one_round, start)[0]


def _of_neighbours(cells, found, jump, cell):
    """The neighbours' sources, moved here: `[N, 4, 2]` int32; its own if there is no neighbour."""
    steps = tf.constant(AROUND, tf.int32) * jump
    slots = cells.slots_at(cells.positions[:, None] + steps)
    moved = tf.gather(tf.concat([found, found[:1]], axis=0), slots) - steps * cell
    return tf.where((slots < cells.count)[..., None], moved, found[:, None])


def _shifts(numbers, radii):
    """Draws in [0, 1) to whole steps within each radius: `[N, len(radii), 2]` int32."""
    spread = tf.constant([2 * radius + 1 for radius in radii], tf.float32)[:, None]
    return tf.cast(tf.floor(numbers * spread), tf.int32) - tf.constant(radii, tf.int32)[:, None]


def _improved(pictures, allowed, corners, found, candidates, shifts, patch):
    """The best of each cell's source and its candidates, then of random patches around that."""

    def one_block(items):
        corners, found, candidates, shifts = items
        targets = targets_at(pictures, corners, patch)

        def neighbour(number, *best):
            return number + 1, *_better(pictures, allowed, targets, *best, candidates[:, number])

        def around(number, best, costs):
            tried = best + shifts[:, number]
            return number + 1, *_better(pictures, allowed, targets, best, costs, tried)

        best = times(candidates.shape[1], neighbour, found, patch_costs(pictures, targets, found))
        return times(shifts.shape[1], around, *best)[0]

    return in_blocks(one_block, (corners, found, candidates, shifts))


def _better(pictures, allowed, targets, best, costs, corners):
    """The better of two sources for each cell: the best so far, and `corners` if allowed.

    Returns:
        `(best, costs)`: `[N, 2]` int32 and `[N]`.
    """

    def index(corners):
        return corners[:, 0] * pictures.width + corners[:, 1]

    fine = is_allowed(allowed, corners)
    corners = tf.where(fine[:, None], corners, best)
    tried = tf.where(fine, patch_costs(pictures, targets, corners), WORST)
    better = (tried < costs) | ((tried == costs) & (index(corners) < index(best)))
    return tf.where(better[:, None], corners, best), tf.where(better, tried, costs)


def in_blocks(function, items):
    """Calls `function` on blocks of rows; tensors, and the result, have one row for each cell."""
    count = tf.shape(items[0])[0]
    blocks = (count + BLOCK - 1) // BLOCK
    size = (count + blocks - 1) // blocks
    rows_of_blocks = tf.minimum(tf.range(blocks * size), count - 1)
    rows_of_blocks = tf.reshape(rows_of_blocks, [blocks, size])

    def one(rows):
        return function(tuple(tf.gather(item, rows) for item in items))

    spec = tf.TensorSpec([None, *items[1].shape[1:]], items[1].dtype)
    done = map_items(one, rows_of_blocks, spec)
    return tf.reshape(done, [-1, *items[1].shape[1:]])[:count]
