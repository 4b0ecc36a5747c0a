"""Which picture is completed with which hole."""

import functools
import os

import numpy as np

from inpaint_tf.data.files import list_pictures
from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.buckets import BUCKETS, bucket_of
from inpaint_tf.evaluation.case import Case
from inpaint_tf.evaluation.hashes import list_sha256, sha256_of_hole
from inpaint_tf.evaluation.sampled import IRREGULAR_BUCKETS
from inpaint_tf.inference.mask_file import checked_hole
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.masks import purposes
from inpaint_tf.masks.irregular import touches_border
from inpaint_tf.masks.samplers import SAMPLERS

CENTER, DRAWN, SAMPLED = "center", ("box", "brush"), (*SAMPLERS, IRREGULAR_BUCKETS)
FOLDER, FOLDER_BY_BORDER = "folder", "folder_by_border"
BOX_SIDE, SHRINK_SIDE = 1 / 2, 1 / 16  # of the sides: 128 and at most 16 a side of 256

ASSIGNMENTS = {
    CENTER: "the same centred hole of half the height and width in every picture",
    "box": "one box of half the sides a picture, shrunk by up to 1/16 a side",
    "brush": "one hole of brush strokes a picture",
    **{name: f"one hole a picture of the sampler {name}" for name in SAMPLERS},
    IRREGULAR_BUCKETS: "an irregular hole a picture for each of six shares from 1 to 60 %, and for "
    "contact with the border or none",
    FOLDER: "masks grouped by the share of their hole; every picture once for every group, "
    "the masks of a group in turns by name",
    FOLDER_BY_BORDER: "masks grouped by the share of their hole and by whether it comes nearer to "
    "the border than 50/512 of the side; every picture once for every group, the masks of a group "
    "in turns by name",
}


def center_cases(count, size):
    """Every picture with the same hole in its middle."""
    height, width = (round(side * BOX_SIDE) for side in size)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    hole = np.zeros(size, bool)
    hole[top : top + height, left : left + width] = True
    return [Case(number, CENTER, hole) for number in range(count)]


def drawn_cases(name, seed, count, size):
    """Every picture with a hole of its own, drawn as in training. Needs TensorFlow.

    Args:
        name: "box" or "brush".
        seed: int; hole number n depends on it, n and the size alone.
    """
    import tensorflow as tf

    from inpaint_tf.masks.seeds import fold

    sample = _sampler(name, tuple(size))
    root = tf.constant([seed, purposes.EVALUATION], tf.int32)
    cases = []
    for number in range(count):
        mask = sample(fold(root, number))[0].numpy()
        cases.append(Case(number, f"{name} {number}", mask[..., 0] > 0))
    return cases


@functools.lru_cache(maxsize=8)  # compiling a drawer of strokes takes seconds
def _sampler(name, size):
    import tensorflow as tf

    from inpaint_tf.masks.sampler import MaskSampler

    box, shrink = (tuple(round(side * part) for side in size) for part in (BOX_SIDE, SHRINK_SIDE))
    return tf.function(MaskSampler(name, size, box, max_shrink=shrink))


def folder_cases(source, count, size, invert=False, counted=iter, by_border=False):
    """Every picture with one mask of each bucket of a folder.

    Args:
        source: a folder, a glob or a list of masks, white = hole.
        count: number of pictures.
        size: (H, W) of the pictures; a mask of the same proportions is scaled to it.
        invert: black is the hole instead of white.
        counted: function of a list that yields its items, for a progress bar.
        by_border: whether masks that touch the border are a group of their own in each bucket.

    Returns:
        A list of `Case`, and a list of sentences about what may be unintended.

    Raises:
        InputError: there are no masks, or one cannot be read, has no hole, is all hole, or has
            other proportions.
    """
    paths = list_pictures(source, "--masks")
    groups, notices = {}, []
    for path in counted(paths):
        hole, remarks = _read_hole(path, size, invert)
        notices += remarks
        group_key = bucket_of(hole.mean()), by_border and touches_border(hole)
        group = groups.setdefault(group_key, [])
        if len(group) < count:  # masks after these are never reached
            group.append((os.path.basename(path), hole))
    cases = [
        Case(number, *groups[key][number % len(groups[key])])
        for number in range(count)
        for key in sorted(groups, key=lambda key: (BUCKETS.index(key[0]), key[1]))
    ]
    return cases, notices


def cases_sha256(cases, names):
    """Of all holes, with the pictures they belong to."""
    return list_sha256(
        [sha256_of_hole(case.hole) for case in cases], [names[c.picture] for c in cases]
    )


def _read_hole(path, size, invert):
    mask = read_photo(path)
    height, width = mask.color.shape[:2]
    if height * size[1] != width * size[0]:
        raise InputError(
            f"{path} is {width}x{height} (width x height), which does not fit pictures of "
            f"{size[1]}x{size[0]}; expected masks of the same proportions."
        )
    return checked_hole(mask, path, size, invert)
