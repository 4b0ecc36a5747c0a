"""Scores in the layout of the paper on partial convolutions: a column for each size of hole."""

import numpy as np

from inpaint_tf.evaluation.table import aligned, words_of

BUCKETS = ("1-10", "10-20", "20-30", "30-40", "40-50", "50-60")
NOTE = (
    "N: holes may touch the border; B: they stay 50/512 of the side away from it. l1 is over the "
    "whole picture here, as the paper has it. IScore is not measured: it needs the weights of an "
    "Inception network, which are not at hand."
)

# What a line shows: a function of (scores, share of the hole), and its decimals.
LINES = {
    "l1 %": (lambda scores, share: scores["l1"] * share, 2),
    "PSNR": (lambda scores, share: scores["psnr"], 2),
    "SSIM": (lambda scores, share: scores["ssim"], 3),
}


def paper_table_text(rows):
    """A list of `measure.Score` as a Markdown table, and what its letters mean.

    Source:
        Liu et al. 2018, table 1.
    """
    groups = {}
    for case, method, scores in rows:
        if "l1" in scores:  # not the originals, which have no score
            border = "N" if case.touches_border else "B"
            key = method, f"{case.bucket} {border}"
            groups.setdefault(key, []).append((scores, case.share))
    columns = [f"{bucket} {border}" for bucket in BUCKETS for border in "NB"]
    methods = list(dict.fromkeys(method for method, _ in groups))
    lines = [["", "method", *columns]]
    for label, (value, digits) in LINES.items():
        for method in methods:
            cells = (groups.get((method, column)) for column in columns)
            numbers = [
                f"{np.mean([value(*each) for each in cell]):.{digits}f}" if cell else ""
                for cell in cells
            ]
            lines.append([label, words_of(method), *numbers])
    return f"{aligned(lines)}\n\n{NOTE}"
