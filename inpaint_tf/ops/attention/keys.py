"""What all queries are compared with, prepared once, and the rules of the comparison."""

from typing import Any, NamedTuple

import tensorflow as tf

from inpaint_tf.ops.attention.diagonals import aligned_length
from inpaint_tf.ops.attention.reference import known_patches, reduce
from inpaint_tf.ops.patches import patch_sums
from inpaint_tf.ops.spans import sizes


class Rules(NamedTuple):
    """The key grid (h', w'), and options as in `inpaint_tf.layers.ContextualAttention`."""

    key_grid: tuple
    kernel_size: int
    propagation_size: int
    softmax_scale: float
    masking: str

    @property
    def key_count(self):
        return self.key_grid[0] * self.key_grid[1]

    @property
    def patch_radius(self):
        return self.kernel_size // 2

    @property
    def radius(self):
        """How far the propagation extends to each side."""
        return self.propagation_size // 2

    @property
    def rim(self):
        """How many columns at either side of a narrow window get wrong sums."""
        return self.radius + 1 if self.radius else 0  # below a column comes the next one


class Keys(NamedTuple):
    """The background of one item.

    pixels: `[(h' + r) * (w' + 2r) + ..., C]` background on the attention grid, with r zeros
        around it, the radius of the patches. It needs none below: what runs over the end arrives
        at the zeros above the keys of the next query.
    scale: `[L]` one over the norm of each patch.
    tiles: `[(h' + 1) * (w' + 1) + ..., rate * rate * C]` the full background cut into tiles,
        those at the border lie partly outside, where they are zero. All that follow are zero.
    known: `[L]`, 1 = known, or None if everything is.
    """

    pixels: tf.Tensor
    scale: tf.Tensor
    tiles: tf.Tensor
    known: Any = None


def make_keys(background, mask, rules, rate, batch):
    """`Keys` of all items, `[B, ...]` each."""
    radius, channels = rules.patch_radius, background.shape[3]
    reduced = reduce(background, rate)
    border = [[0, 0], [radius, 0], [radius, radius], [0, 0]]
    pixels = tf.reshape(tf.pad(reduced, border), [batch, -1, channels])
    count = (rules.key_grid[0] + radius) * (rules.key_grid[1] + 2 * radius)
    pixels = tf.pad(pixels, [[0, 0], [0, aligned_length(count) - count], [0, 0]])

    wide = reduced if reduced.dtype.size >= 4 else tf.cast(reduced, tf.float32)
    # A product with ones, because sums over the last axis are slow on CPUs.
    squared = tf.tensordot(tf.square(wide), tf.ones([channels, 1], wide.dtype), 1)
    norms = patch_sums(squared, rules.kernel_size)
    scale = tf.reshape(tf.math.rsqrt(tf.maximum(norms, 1e-4**2)), [batch, -1])

    patch_known = None
    if mask is not None:
        patch_known = known_patches(reduce(tf.cast(mask, wide.dtype), rate), rules.kernel_size)
        patch_known = tf.broadcast_to(patch_known, [batch, rules.key_count])
    return Keys(pixels, scale, _tiles(background, rules, rate, batch), patch_known)


def _tiles(background, rules, rate, batch):
    channels, rim = background.shape[3], rate // 2
    rows, columns = (side + 1 for side in rules.key_grid)
    rows = (aligned_length(rows * columns) + columns - 1) // columns  # some more for `paste`
    border = [[0, 0], [rim, rows * rate - rim - sizes(background, 1)[0]], [rim, rate - rim], [0, 0]]
    tiles = tf.reshape(tf.pad(background, border), [batch, rows, rate, columns, rate, channels])
    tiles = tf.transpose(tiles, [0, 1, 3, 2, 4, 5])
    return tf.reshape(tiles, [batch, rows * columns, rate * rate * channels])
