"""Many boxes around the same thing -> one box: weighted non-maximum suppression."""

import numpy as np

MOST_OVERLAP = 0.3  # MediaPipe's: boxes that overlap by more than this are one face


def suppress(boxes, scores, most_overlap=MOST_OVERLAP):
    """Joins boxes that overlap.

    The best box and all that overlap it by more than `most_overlap` become one, their mean weighted
    by score; then the best of the remaining boxes, and so on.

    Args:
        boxes: `[N, 4]` float top, left, height, width.
        scores: `[N]` float, higher is better.
        most_overlap: intersection over union.

    Returns:
        (`[M, 4]` boxes, `[M]` scores), best first; each score is that of the best box joined.

    Source:
        Bazarevsky et al., "BlazeFace", 2019, section 5 (blending).
    """
    left = np.argsort(-np.asarray(scores), kind="stable")
    boxes, scores = np.asarray(boxes, np.float64).reshape(-1, 4), np.asarray(scores, np.float64)
    found, best = [], []
    while len(left):
        same = overlap(boxes[left[0]], boxes[left]) > most_overlap
        same[0] = True
        group = left[same]
        found.append(np.average(boxes[group], axis=0, weights=scores[group]))
        best.append(scores[left[0]])
        left = left[~same]
    return np.array(found).reshape(-1, 4), np.array(best)


def overlap(box, boxes):
    """Intersection over union of one `[4]` box with each of `[N, 4]`: `[N]`."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    intersection = np.prod(np.maximum(high - low, 0), axis=1)
    union = np.prod(box[2:]) + np.prod(boxes[:, 2:], axis=1) - intersection
    return intersection / np.maximum(union, 1e-12)
