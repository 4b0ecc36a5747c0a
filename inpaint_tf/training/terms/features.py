"""Features of one batch, computed once for all the terms that use them."""

import tensorflow as tf

from inpaint_tf.ops.image import unit_range

FEATURES = "features"  # the name of the frozen network


class FeatureComparison:
    """Features of the photo, of the last stage's picture, and of the completed one.

    Args:
        extract: function of RGB pictures `[B, H, W, 3]` in [0, 1] to a list of maps, each item
            alone; it does not learn.

    Call arguments:
        batch: `Batch`.
        output: `Outcome`.

    Returns:
        (maps, truth): two lists of maps `[2 * B, h, w, C]`; the first half of the items is the
        picture as it is, the second the completed one.
    """

    def __init__(self, extract):
        self.extract = extract
        self._last = None

    def __call__(self, batch, output):
        # Two terms of one step give the same outcome, and the features take most of the time.
        if self._last is None or self._last[0] is not output:
            self._last = output, self._compared(batch, output)
        return self._last[1]

    def _compared(self, batch, output):
        both = self.extract(unit_range(tf.concat([output.last, output.completed], axis=0)))
        truth = self.extract(unit_range(tf.stop_gradient(batch.image)))
        return both, [tf.concat([each, each], axis=0) for each in map(tf.stop_gradient, truth)]


def sum_of_both(values):
    """`[2 * B]` of both halves to `[B]`."""
    return tf.reduce_sum(tf.reshape(values, [2, -1]), axis=0)
