"""The table of an evaluation as text."""

from inpaint_tf.evaluation.metrics import all_metrics

_WORDS = {
    "network": "network",
    "telea": "Telea",
    "navier_stokes": "Navier-Stokes",
    "mean_color": "mean colour",
    "patch_match": "PatchMatch",
    "baseline": "baseline",
    "original": "(original)",
}


def words_of(method):
    """The name of a method as people read it."""
    return _WORDS.get(method, method)


def table_text(summary, columns=None):
    """A list of `Summary` as a Markdown table with aligned columns.

    Args:
        summary: of `Scores.summary`.
        columns: of `Scores.columns`; by default those of every evaluation.
    """
    metrics = all_metrics() if columns is None else columns
    lines = [["hole %", "pictures", "method", *(metric.label for metric in metrics.values())]]
    for row in summary:
        numbers = [
            f"{row.scores[name]:.{metric.digits}f}" if name in row.scores else ""
            for name, metric in metrics.items()
        ]
        lines.append([row.bucket, str(row.count), words_of(row.method), *numbers])
    return aligned(lines)


def aligned(lines):
    """Lists of cells, the heading first, as a Markdown table with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    rule = "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
    texts = [
        "| " + " | ".join(cell.rjust(width) for cell, width in zip(line, widths)) + " |"
        for line in lines
    ]
    return "\n".join([texts[0], rule, *texts[1:]])
