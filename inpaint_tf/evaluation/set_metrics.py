"""Metrics of all pictures in a row of the table together, on features of one network."""

import functools

import numpy as np

from inpaint_tf.evaluation.discrimination import (
    paired_discrimination,
    require_scikit_learn,
    unpaired_discrimination,
)
from inpaint_tf.evaluation.metrics import Metric
from inpaint_tf.evaluation.set_distances import frechet_distance, kernel_distance
from inpaint_tf.evaluation.set_features import set_features

KEPT = 32  # pictures whose features are remembered, to be computed once
FEWEST = 2


def _frechet(real, made):
    return frechet_distance(np.unique(real, axis=0), made)


def _kernel(real, made):
    return 1000 * kernel_distance(np.unique(real, axis=0), made)


# Name: (function of two `[N, D]` arrays in pairs, originals and completions; column, decimals,
# meaning). An original with several holes counts once in the distances.
DISTANCES = {
    "frechet": (_frechet, "Fréchet", 2, "squared Fréchet distance to the originals; no FID"),
    "kernel": (
        _kernel,
        "kernel x1000",
        2,
        "1000 times the unbiased squared MMD to the originals, kernel (x.y/D + 1)^3; no KID",
    ),
}
DISCRIMINATIONS = {
    "p_ids": (
        paired_discrimination,
        "P-IDS %",
        1,
        "completions that a linear SVM finds more real than their originals, %",
    ),
    "u_ids": (unpaired_discrimination, "U-IDS %", 1, "error of a linear SVM between both, %"),
}


def make_set_metrics(source, ids=False):
    """The `Metric`s for `Scores` on the features of a network.

    Args:
        source: as `set_features` takes.
        ids: whether to add P-IDS and U-IDS.

    Raises:
        InputError: there is no such network, or scikit-learn is missing.
    """
    if ids:
        require_scikit_learn()
    network = set_features(source)
    extract = _Remembered(network.extract)
    chosen = {**DISTANCES, **(DISCRIMINATIONS if ids else {})}
    return {
        name: Metric(
            functools.partial(PairedFeatures, extract, compare),
            f"{label} ({network.name})",
            digits,
            f"{meaning}; features: {network.meaning}",
        )
        for name, (compare, label, digits, meaning) in chosen.items()
    }


class PairedFeatures:
    """Collects the features of originals and of their completions.

    Args:
        extract: function of `[H, W, 3]` uint8 that gives `[D]` floats.
        compare: function of two `[N, D]` arrays that gives a float.
    """

    def __init__(self, extract, compare):
        self.extract, self.compare = extract, compare
        self.real, self.made = [], []

    def add(self, image, completed, hole):
        """Takes one pair."""
        del hole
        self.real.append(self.extract(image))
        self.made.append(self.extract(completed))

    def result(self):
        """The number, or None if there are too few different pictures for one."""
        if len(np.unique(self.real, axis=0)) < FEWEST:
            return None
        return self.compare(np.stack(self.real), np.stack(self.made))


class _Remembered:
    """A function of a picture that remembers its last few results."""

    def __init__(self, function):
        self.function, self.found = function, {}

    def __call__(self, picture):
        key = picture.shape, picture.tobytes()
        if key not in self.found:
            if len(self.found) == KEPT:
                del self.found[next(iter(self.found))]
            self.found[key] = self.function(picture)
        return self.found[key]
