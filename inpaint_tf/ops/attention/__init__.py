"""Contextual attention: every part of the picture is rebuilt from parts that look like it.

`reference` follows the five steps of the paper as they are written, with matrices of all queries
and all keys. The other modules compute the same numbers with a fifth of the arithmetic and little
memory. This page shows how, on a map of 3x4 queries and 3x4 keys, both numbered row by row:

     0  1  2  3
     4  5  6  7
     8  9 10 11

**Match** (`scores`). The score of query 5 and key 6 is the inner product of two patches of 3x3: a
sum of nine inner products of pixels, 0 with 1, 1 with 2 ... 10 with 11. In the matrix of products
of all pixels with all pixels these nine lie along diagonals, in three groups of three:

              key  1  2  3  5  6  7  9 10 11
       query  0    x
              1       x                         right: one query and one key further
              2          x
              4             x
              5                x                down: four queries and four keys further
              6                   x
              8                      x
              9                         x
             10                            x

So one matrix product and two sums along diagonals, of three terms each, give all scores. (Patches
see zeros beyond the border, because the map is padded with zeros.) With the matrix stored as one
vector, row after row, a sum along a diagonal is a sum of slices of that vector (`diagonals`).

**Propagate** (`propagation`). Neighbours that match neighbours support each other:
`S[i - 1, j - 1] + S[i, j] + S[i + 1, j + 1]`, a diagonal again. As in the paper's program, the
numbering continues from the end of a row into the next one: to the left of 4 is 3. Then the same
along columns. Below 5 is 9, four numbers further; below 8, the end of its column, is 1, the top of
the next; and above 1 is 8. It is as though the map continued at both ends, shifted by a column:

     .  8  9 10      above
     0  1  2  3
     4  5  6  7
     8  9 10 11
     1  2  3  .      below

**Attend** (`scores`). A softmax over the keys gives the weights A; keys whose patch contains a hole
get none.

**Paste** (`paste`). The full background is cut into tiles of `rate` x `rate` features. The patches
that are pasted are two tiles high and wide, so each tile is covered by four of them, and there are
4x5 tiles, one row and one column more than queries. The weight of tile q of the background in tile
u is `sum over d of A[u - d, q - d]`, where d is (0, 0), (0, 1), (1, 0) and (1, 1): a diagonal for
the last time. One more matrix product makes the features.

**Stream** (`stream`). The rows of tiles are computed from the top down, a few at a time, so that a
matrix of all queries never exists. A step needs the scores of rows above and below it; the step
before has already computed those above. With one row of tiles per step:

    step   tiles   weights of   scores at hand     new scores
       0   row 0     row 0                           above, row 0, row 1
       1   row 1     rows 0, 1    above, rows 0, 1   row 2
       2   row 2     rows 1, 2    rows 0, 1, 2       below
       3   row 3     row 2        rows 1, 2, below

Around a hole, it does the same with some of the rows and columns (`columns`); beside the left or
right border their neighbours at the other one join them for the sum along rows. `budget` decides
how many rows make a step. `gradient` computes blocks again, each a stream of a single step, so that
none has to be kept. `keys` holds what all queries are compared with, and `fast` puts the parts
together.

Source:
    Yu et al., CVPR 2018, section 4.1.
"""

from inpaint_tf.ops.attention.reference import (
    MASKINGS,
    attend,
    best_offsets,
    grid_size,
    known_patches,
    match_scores,
    offsets_to,
    paste_patches,
    propagate_scores,
    reduce,
)

__all__ = [
    "MASKINGS",
    "attend",
    "best_offsets",
    "grid_size",
    "known_patches",
    "match_scores",
    "offsets_to",
    "paste_patches",
    "propagate_scores",
    "reduce",
]
