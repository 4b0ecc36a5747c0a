"""Pictures completed by every method, and their scores."""

import functools
from typing import NamedTuple

import numpy as np

from inpaint_tf.evaluation.buckets import ALL, BUCKETS
from inpaint_tf.evaluation.metrics import METRICS, SET_METRICS, all_metrics, score
from inpaint_tf.evaluation.pixel import tv_percent

ORIGINAL = "original"  # a row of the table that shows how much the originals vary
_BATCH_PIXELS = 8 * 256 * 256


class Score(NamedTuple):
    """The scores of one method at one case."""

    case: tuple
    method: str
    scores: dict


class Summary(NamedTuple):
    """A row of the table: the mean scores of one method at the holes of one bucket."""

    bucket: str
    count: int
    method: str
    scores: dict


def completions(cases, pictures, methods):
    """Completes pictures by several methods.

    Args:
        cases: iterable of `Case`; those of one picture follow each other.
        pictures: `Pictures`.
        methods: dict of functions of `[N, H, W, 3]` uint8 and `[N, H, W]` bool that give
            completed pictures of the first one's shape.

    Yields:
        (case, image, {method: completed}).
    """
    read = functools.lru_cache(maxsize=1)(pictures.__getitem__)
    batch_size = max(1, _BATCH_PIXELS // (pictures.size[0] * pictures.size[1]))
    for batch in _batches(cases, batch_size):
        images = np.stack([read(case.picture) for case in batch])
        holes = np.stack([case.hole for case in batch])
        completed = {name: method(images, holes) for name, method in methods.items()}
        for number, case in enumerate(batch):
            yield case, images[number], {name: done[number] for name, done in completed.items()}


class Scores:
    """Collects the scores of completions, and sums them up by bucket and method.

    Args:
        metrics: dict of `Metric`s of one picture.
        set_metrics: dict of `Metric`s of all pictures of a row.
    """

    def __init__(self, metrics=METRICS, set_metrics=SET_METRICS):
        self.metrics, self.set_metrics = metrics, set_metrics
        self.rows = []
        self._sets = {}

    def add(self, case, image, completed):
        """Judges one item of `completions`."""
        for method, picture in completed.items():
            self.rows.append(Score(case, method, score(self.metrics, image, picture, case.hole)))
            for bucket in (case.bucket, ALL):
                for accumulator in self._accumulators(bucket, method).values():
                    accumulator.add(image, picture, case.hole)
        self.rows.append(Score(case, ORIGINAL, {"tv": tv_percent(image, case.hole)}))

    @property
    def columns(self):
        """All metrics by name, in the order of a table's columns."""
        return all_metrics(self.metrics, self.set_metrics)

    def summary(self):
        """A list of `Summary`: bucket after bucket, then all together if there are several."""
        groups = {}
        for row in self.rows:
            for bucket in (row.case.bucket, ALL):
                groups.setdefault(bucket, {}).setdefault(row.method, []).append(row.scores)
        if len(groups) == 2:  # one bucket: all together would say the same again
            del groups[ALL]
        return [
            Summary(bucket, len(scores), method, self._mean(bucket, method, scores))
            for bucket in (*BUCKETS, ALL)
            for method, scores in groups.get(bucket, {}).items()
        ]

    def _accumulators(self, bucket, method):
        key = bucket, method
        if key not in self._sets:
            self._sets[key] = {name: each.measure() for name, each in self.set_metrics.items()}
        return self._sets[key]

    def _mean(self, bucket, method, scores):
        mean = {
            name: float(np.mean([each[name] for each in scores]))
            for name in self.metrics
            if name in scores[0]
        }
        if method != ORIGINAL:
            sets = self._accumulators(bucket, method)
            results = {name: accumulator.result() for name, accumulator in sets.items()}
            mean.update({name: value for name, value in results.items() if value is not None})
        return mean


def _batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
