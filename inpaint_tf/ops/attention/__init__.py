"""Contextual attention: every place of the picture is rebuilt from places that look like it.

`reference` has the five steps of the paper as they are written; they hold matrices of all queries
and all keys. The other modules compute the same numbers with a fifth of the arithmetic and little
memory. Here is how, on a map of 3x4 queries and 3x4 keys, both numbered row by row:

     0  1  2  3
     4  5  6  7
     8  9 10 11

**Match** (`scores`). The score of query 5 and key 6 is the inner product of two patches of 3x3: a
sum of nine inner products of pixels, of 0 with 1, of 1 with 2 ... of 10 with 11. In the matrix of
all pixels with all pixels they lie on a diagonal, in three groups of three:

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

So one product of matrices gives all of them, and two sums along diagonals, of three terms each,
all scores. (Beyond the border patches see zeros: the map has a border of zeros there.) Kept as one
vector, row after row, a matrix is summed along a diagonal by adding slices of it (`diagonals`).

**Propagate** (`propagation`). Neighbours that match neighbours support each other:
`S[i - 1, j - 1] + S[i, j] + S[i + 1, j + 1]`, a diagonal again. Here the numbering runs on from the
end of a row into the next: left of 4 there is 3. Then the same with numbers that run down the
columns. The neighbour below 5 is 9, four further; below 8, the end of a column, it is 1, the top of
the next; and above 1 it is 8. As though the map went on at both ends, moved by a column:

     .  8  9 10      above
     0  1  2  3
     4  5  6  7
     8  9 10 11
     1  2  3  .      below

**Attend** (`scores`). A softmax over the keys gives the weights A; keys with a hole in their patch
get none.

**Paste** (`paste`). The full background is cut into tiles of `rate` x `rate` features. The patches
that are pasted are two tiles wide, so that a tile is covered by four of them; there are 4x5 tiles,
one row and one column more than queries. Tile
u takes from tile q of the background `sum over d of A[u - d, q - d]`, d being (0, 0), (0, 1),
(1, 0) and (1, 1): a diagonal for the last time. One more product of matrices makes the features.

**Stream** (`stream`). The rows of tiles are computed from the top down, a few at a time, so that
no matrix of all queries exists. A step looks at scores of rows above and below; those above, the
step before has made. With one row of tiles at a time:

    step   tiles   weights of   scores at hand     new scores
       0   row 0     row 0                           above, row 0, row 1
       1   row 1     rows 0, 1    above, rows 0, 1   row 2
       2   row 2     rows 1, 2    rows 0, 1, 2       below
       3   row 3     row 2        rows 1, 2, below

Around a hole it does the same with a part of the rows and columns. How many rows make a step is
said in `budget`. `gradient` computes blocks anew, each a stream of one step, so that none is kept.
`keys` holds what all queries look at, and `fast` puts the parts together.

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
