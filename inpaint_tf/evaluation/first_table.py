"""Scores in the layout of the paper's first table: four columns, a row of each method."""

import numpy as np

from inpaint_tf.amount import amount
from inpaint_tf.evaluation.table import aligned

# The paper's in its order, then Telea's, which everybody has.
ROWS = {
    "patch_match": "PatchMatch",
    "baseline": "Baseline model",
    "network": "Full model",
    "telea": "Telea",
}
COLUMNS = {
    "l1": ("l1 loss", "{:.1f}%"),
    "l2": ("l2 loss", "{:.1f}%"),
    "psnr": ("PSNR", "{:.2f}"),
    "tv": ("TV loss", "{:.1f}%"),
}
NOTE = (
    "l1, l2 and TV are over the hole, PSNR is over the picture, means of {pictures} of "
    "{width}x{height} with {holes}; networks with --detail {detail}. The paper's numbers come from "
    "other pictures and holes, and it does not define its losses to the digit: compare rows of one "
    "table, never with them."
)


def first_table_text(rows, size, holes, detail):
    """A list of `measure.Score` as a Markdown table, and what it rests on.

    Args:
        rows: of `Scores.rows`, of any holes.
        size: (height, width) of the pictures.
        holes: their kind, in words.
        detail: "auto", "on" or "off", whether networks borrowed detail.

    Source:
        Yu et al., CVPR 2018, table 1: holes of up to 128x128 in pictures of 256x256.
    """
    lines = [["Method", *(label for label, _ in COLUMNS.values())]]
    count = 0
    for method, words in ROWS.items():
        scores = [row.scores for row in rows if row.method == method]
        if not scores:
            continue
        count = len(scores)
        means = (np.mean([each[name] for each in scores]) for name in COLUMNS)
        cells = [form.format(mean) for mean, (_, form) in zip(means, COLUMNS.values())]
        lines.append([words, *cells])
    height, width = size
    pictures = amount(count, "picture", "pictures")
    note = NOTE.format(pictures=pictures, height=height, width=width, holes=holes, detail=detail)
    return f"{aligned(lines)}\n\n{note}"
