"""Holes drawn for an evaluation by the named samplers, without TensorFlow."""

from inpaint_tf.evaluation.case import Case
from inpaint_tf.masks.draw import Draw
from inpaint_tf.masks.irregular import BORDERS, PAPER_SHARES, sample_irregular
from inpaint_tf.masks.samplers import SAMPLERS, sample_hole

IRREGULAR_BUCKETS = "irregular_buckets"
BORDER_KINDS = ("touching", "apart")


def sampled_cases(name, seed, count, size):
    """Every picture with holes of its own.

    Args:
        name: of `masks.samplers.SAMPLERS`, or "irregular_buckets": one irregular hole for each of
            the paper's six ranges of shares, touching the border and apart from it.
        seed: int; the holes of picture n depend on it, n, the name and the size alone.
        count: number of pictures.
        size: (H, W).
    """
    if name in SAMPLERS:
        return [
            Case(number, f"{name} {number}", sample_hole(name, seed, number, size))
            for number in range(count)
        ]
    return [
        Case(
            number,
            f"irregular {border} {number}",
            sample_irregular(Draw(seed, number, index, BORDERS.index(border)), size, share, border),
        )
        for number in range(count)
        for index, share in enumerate(PAPER_SHARES)
        for border in BORDER_KINDS
    ]
