"""The search: for every cell a place of the photo whose detail fits.

Jump flooding, all cells at once: each tries what its neighbours at some distance have found, moved
by that distance, then places at random around its own, nearer and nearer (Barnes et al.,
PatchMatch, SIGGRAPH 2009, in parallel). Costs are exact and of two equal ones the place with the
lower index is kept, so that nothing depends on the order in which cells are computed.
"""

import tensorflow as tf

from inpaint_tf.detail.cells import corners_of
from inpaint_tf.detail.cost import WORST, patch_costs, targets_at
from inpaint_tf.detail.places import draws, draws_of, is_allowed
from inpaint_tf.ops.mapping import map_items, times

AROUND = ((-1, 0), (0, -1), (0, 1), (1, 0))
BLOCK = 512  # cells whose patches exist at once


def search(pictures, allowed, cells, start, *, cell, patch, jumps, radii, seed):
    """Sources for all cells.

    Args:
        pictures: `Compared`.
        allowed: bool, of `allowed_places`.
        cells: `Cells`, at least one.
        start: `[N, 2]` int32, allowed corners of patches to start from.
        cell, patch: sides in pixels.
        jumps: tuple of ints: how far away, in cells, the neighbours of each round are.
        radii: tuple of ints: how far, in pixels, each of the draws of a round goes.
        seed: int.

    Returns:
        `[N, 2]` int32, allowed corners.
    """
    table = draws(seed, 2 * len(radii) * len(jumps))
    numbers = tf.reshape(draws_of(table, cells.places), [-1, len(jumps), len(radii), 2])
    corners = corners_of(cells.places, cell, patch)

    def one_round(number, found):
        candidates = _of_neighbours(cells, found, tf.constant(jumps)[number], cell)
        shifts = _shifts(numbers[:, number], radii)
        return number + 1, _improved(pictures, allowed, corners, found, candidates, shifts, patch)

    # In the graph: written out, the rounds take seconds to trace.
    return times(len(jumps), one_round, start)[0]


def _of_neighbours(cells, found, jump, cell):
    """What the neighbours' sources mean here: `[N, 4, 2]` int32; the own one without neighbour."""
    steps = tf.constant(AROUND, tf.int32) * jump
    slots = cells.slots_at(cells.places[:, None] + steps)
    moved = tf.gather(tf.concat([found, found[:1]], axis=0), slots) - steps * cell
    return tf.where((slots < cells.count)[..., None], moved, found[:, None])


def _shifts(numbers, radii):
    """Draws in [0, 1) to whole steps within each radius: `[N, len(radii), 2]` int32."""
    spread = tf.constant([2 * radius + 1 for radius in radii], tf.float32)[:, None]
    return tf.cast(tf.floor(numbers * spread), tf.int32) - tf.constant(radii, tf.int32)[:, None]


def _improved(pictures, allowed, corners, found, candidates, shifts, patch):
    """The best of what each cell has and its candidates, then of places around that."""

    def one_block(items):
        corners, found, candidates, shifts = items
        targets = targets_at(pictures, corners, patch)

        def neighbour(number, *best):
            places = candidates[:, number]
            return number + 1, *_better(pictures, allowed, targets, *best, places)

        def around(number, best, costs):
            places = best + shifts[:, number]
            return number + 1, *_better(pictures, allowed, targets, best, costs, places)

        best = times(candidates.shape[1], neighbour, found, patch_costs(pictures, targets, found))
        return times(shifts.shape[1], around, *best)[0]

    return in_blocks(one_block, (corners, found, candidates, shifts))


def _better(pictures, allowed, targets, best, costs, corners):
    """The better of the best so far, with its costs, and allowed ones of the sources at `corners`.

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
    """`function` of tensors with one row a cell, a block of rows at a time; one tensor alike."""
    count = tf.shape(items[0])[0]
    blocks = (count + BLOCK - 1) // BLOCK
    size = (count + blocks - 1) // blocks
    places = tf.minimum(tf.range(blocks * size), count - 1)
    places = tf.reshape(places, [blocks, size])

    def one(rows):
        return function(tuple(tf.gather(item, rows) for item in items))

    spec = tf.TensorSpec([None, *items[1].shape[1:]], items[1].dtype)
    done = map_items(one, places, spec)
    return tf.reshape(done, [-1, *items[1].shape[1:]])[:count]
