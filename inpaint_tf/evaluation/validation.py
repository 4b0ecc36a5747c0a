"""Validation: the same pictures with the same holes, judged repeatedly during training."""

import numpy as np
import tensorflow as tf

from inpaint_tf.evaluation.metrics import METRICS, score
from inpaint_tf.evaluation.telea import telea
from inpaint_tf.ops.image import composite, to_float, to_uint8

JUDGED = {name: METRICS[name] for name in ("l1", "l2", "psnr", "ssim", "tv")}


class Validation:
    """Judges generators on fixed pictures.

    Args:
        pictures: `[N, H, W, 3]` uint8 array.
        masks: `[N, H, W, 1]` float32 array, 1 = hole.
        batch: how many are completed at once.
    """

    def __init__(self, pictures, masks, batch=4):
        self.pictures, self.masks = pictures, masks
        self.batch = min(batch, len(pictures))
        self._compiled = {}

    def __call__(self, generate):
        """The mean metrics of `generate`, a function of (image, mask) to `Inpainting`."""
        completed = np.concatenate(
            [to_uint8(stages[-1]).numpy() for stages in self._stages(generate, len(self.pictures))]
        )
        return self._judge(completed)

    def baseline(self):
        """The mean metrics of OpenCV's Telea."""
        return self._judge([telea(*pair) for pair in zip(self.pictures, self.masks)])

    def examples(self, generate, count):
        """The stages of the first `count` pictures.

        Returns:
            (pictures uint8, masks, stages, completed, offsets or None); `stages` is a list of
            arrays, all others are arrays.
        """
        count = min(count, len(self.pictures))
        offsets, *stages = (
            None if part[0] is None else np.concatenate(part)[:count]
            for part in zip(*self._stages(generate, count))
        )
        *stages, completed = (to_uint8(stage).numpy() for stage in stages)
        return self.pictures[:count], self.masks[:count], stages, completed, offsets

    def _stages(self, generate, count):
        complete = self._function(generate)
        for start in range(0, count, self.batch):
            # The last batch is filled up with the first pictures: one shape, one graph.
            rows = np.arange(start, start + self.batch) % len(self.pictures)
            stages = complete(to_float(self.pictures[rows]), tf.constant(self.masks[rows]))
            kept = min(self.batch, count - start)
            yield tuple(None if x is None else x[:kept] for x in stages)

    def _function(self, generate):
        if generate not in self._compiled:
            self._compiled[generate] = tf.function(_complete(generate), autograph=False)
        return self._compiled[generate]

    def _judge(self, completed):
        rows = [judge(*each) for each in zip(self.pictures, completed, self.masks)]
        return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def judge(image, completed, mask):
    """All metrics of one picture by name."""
    return {**score(JUDGED, image, completed, mask), "contrast": contrast(completed, mask)}


def contrast(picture, mask):
    """Standard deviation of the hole's pixels, mean over colours, 0..255."""
    hole = picture[np.asarray(mask)[..., 0] > 0]
    return float(hole.std(axis=0).mean()) if len(hole) else 0.0


def _complete(generate):
    def complete(image, mask):
        output = generate(image, mask)
        return output.offsets, *output.stages, composite(output.last, image, mask)

    return complete
