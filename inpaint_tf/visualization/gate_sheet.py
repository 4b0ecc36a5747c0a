"""The gates of all layers in one picture, each beside the mask of a partial convolution."""

import cv2
import numpy as np

from inpaint_tf.visualization.panels import enlarge, grid

LARGEST_SIDE = 96  # pixels of one map
COLUMNS = 4
TITLE, GAP = 14, 2  # pixels
PAPER = 208  # of titles and gaps, on which white masks are seen


def gate_sheet(maps, size):
    """Shows each layer's name, its gate (white passes) and the rule's mask (white is known).

    Args:
        maps: list of (name, gate `[h, w]` in [0, 1], known `[h, w]` of 0 and 1) of one picture.
        size: (H, W) of the picture; the maps are shown in its proportions.

    Returns:
        `[rows, columns, 3]` uint8.
    """
    scale = min(1.0, LARGEST_SIDE / max(size))
    size = [max(1, round(side * scale)) for side in size]
    return grid([_tile(name, gate, known, size) for name, gate, known in maps], COLUMNS)


def _tile(name, gate, known, size):
    pair = [_shown(each, size) for each in (gate, known)]
    gap = np.full([size[0], GAP, 3], PAPER, np.uint8)
    maps = np.concatenate([pair[0], gap, pair[1]], axis=1)
    title = np.full([TITLE, maps.shape[1], 3], PAPER, np.uint8)
    cv2.putText(title, name, (1, TITLE - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (0, 0, 0))
    return np.concatenate([title, maps], axis=0)


def _shown(values, size):
    grey = np.round(np.asarray(values) * 255).astype(np.uint8)
    return enlarge(np.repeat(grey[np.newaxis, ..., np.newaxis], 3, axis=-1), size)[0]
