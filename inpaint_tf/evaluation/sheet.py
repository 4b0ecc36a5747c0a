"""Sheets of pictures: the best, the median and the worst cases of a method."""

import itertools
import os

import cv2
import numpy as np
from PIL import Image

from inpaint_tf.data.decode import reduce_picture
from inpaint_tf.evaluation.buckets import BUCKETS
from inpaint_tf.evaluation.measure import completions
from inpaint_tf.evaluation.table import words_of
from inpaint_tf.files import replacing
from inpaint_tf.visualization.panels import GAP, grid, with_holes

ROWS = 10
RANKED_BY = "l1"  # of the first method, within a bucket
_LARGEST_SIDE = 256  # of a picture on the sheet; larger ones are averaged down
_HEADING, _BETWEEN = 28, 16  # pixels above and between the three blocks
_PAPER, _INK = 255, (0, 0, 0)


def write_sheets(directory, pictures, methods, rows, counted=iter):
    """Writes `sheet_LOW-HIGH.png` for every bucket; files of these names are replaced.

    Pictures are completed once more for the sheets, since not all can be kept.

    Args:
        directory: where they go; it must exist.
        pictures: `Pictures`.
        methods: as in `completions`; they are shown, and cases are ranked by the first.
        rows: list of `Score`.
        counted: function of a list that yields its items, for a progress bar.

    Returns:
        The names of the files.
    """
    names = []
    for bucket in BUCKETS:
        ranked = ranked_cases(rows, next(iter(methods)), bucket)
        if not ranked:
            continue
        cases = [case for block in ranked.values() for case in block]
        done = completions(counted(cases), pictures, methods)
        blocks = {name: list(itertools.islice(done, len(block))) for name, block in ranked.items()}
        names.append(f"sheet_{bucket}.png")
        with replacing(os.path.join(directory, names[-1])) as path:
            Image.fromarray(picture_sheet(blocks, bucket)).save(path)
    return names


def ranked_cases(rows, method, bucket):
    """The cases to show.

    Args:
        rows: list of `Score`.
        method: whose scores count.
        bucket: whose cases count.

    Returns:
        {"best": [...], "median": [...], "worst": [...]}, ten cases each or fewer, none twice;
        empty blocks are left out.
    """
    rows = [row for row in rows if row.method == method and row.case.bucket == bucket]
    cases = [row.case for row in sorted(rows, key=lambda row: row.scores[RANKED_BY])]
    count = min(ROWS, -(-len(cases) // 3))
    middle = (len(cases) - count) // 2
    blocks = {
        "best": cases[:count],
        "median": cases[max(middle, count) : len(cases) - count][:count],
        "worst": cases[max(count, len(cases) - count) :],
    }
    return {name: block for name, block in blocks.items() if block}


def picture_sheet(blocks, bucket):
    """Draws blocks side by side; columns original | hole | the methods.

    Args:
        blocks: {"best": [(case, image, {method: completed})], ...}.
        bucket: for the heading.

    Returns:
        `[rows, columns, 3]` uint8.
    """
    drawn = [_block(name, rows, bucket) for name, rows in blocks.items()]
    height = max(block.shape[0] for block in drawn)
    pieces = []
    for block in drawn:
        missing = height - block.shape[0]
        pieces.append(np.pad(block, [(0, missing), (0, _BETWEEN), (0, 0)], constant_values=_PAPER))
    return np.concatenate(pieces, axis=1)[:, :-_BETWEEN]


def _block(name, rows, bucket):
    panels = []
    for case, image, completed in rows:
        masked = with_holes(image[np.newaxis], case.hole[np.newaxis, ..., np.newaxis])[0]
        panels += [_shown(picture) for picture in (image, masked, *completed.values())]
    titles = ["original", f"hole {bucket} %, {name}", *map(words_of, rows[0][2])]
    block = grid(panels, len(titles))
    top = np.full([_HEADING, block.shape[1], 3], _PAPER, np.uint8)
    for number, title in enumerate(titles):
        left = number * (panels[0].shape[1] + GAP) + 4
        cv2.putText(top, title, (left, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _INK, 1, cv2.LINE_AA)
    return np.concatenate([top, block])


def _shown(picture):
    factor = _LARGEST_SIDE / max(picture.shape[:2])
    if factor >= 1:
        return picture
    return reduce_picture(
        picture, tuple(max(1, round(side * factor)) for side in picture.shape[:2])
    )
