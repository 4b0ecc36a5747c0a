"""The signatures of a guided network: those of every network, each also with a sketch."""

import tensorflow as tf

from inpaint_tf.export.codec import CPU, as_grey, as_rgb, decode
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.names import ENCODED, EXPLAIN, FEATURES, GUIDED, PIXELS
from inpaint_tf.export.pixels import THRESHOLD, require_same_size
from inpaint_tf.export.problems import ending, other_size

LINE = 153  # of 255: what is brighter is a line, 0.6 of white as in the release


def _pictures(channels, dtype, name):
    return tf.TensorSpec([None, None, None, channels], dtype, name)


def _files(name):
    return tf.TensorSpec([None], tf.string, name)


_UINT8 = [
    _pictures(3, tf.uint8, "image"),
    _pictures(1, tf.uint8, "mask"),
    _pictures(1, tf.uint8, "sketch"),
]
_FLOAT = [
    _pictures(3, tf.float32, "image"),
    _pictures(1, tf.float32, "mask"),
    _pictures(1, tf.float32, "sketch"),
]


class GuidedInpaintingModule(InpaintingModule):
    """An `InpaintingModule` of a guided network; without a sketch it takes an empty one."""

    def signatures(self, default=PIXELS):
        """Those of `InpaintingModule`, and the same with a sketch, named NAME_guided."""
        return {
            **super().signatures(default),
            PIXELS + GUIDED: self.pixels_guided,
            ENCODED + GUIDED: self.encoded_guided,
            EXPLAIN + GUIDED: self.explain_guided,
            FEATURES + GUIDED: self.features_guided,
        }

    @tf.function(input_signature=_UINT8, autograph=False)
    def pixels_guided(self, image, mask, sketch):
        """As `pixels`, with `sketch`, `[B, H, W, 1]` uint8, where above 153 is a line."""
        image, mask = require_same_size(image, mask)
        image, sketch = require_same_size(image, sketch, "sketch")
        return {"completed": self._complete_arrays(image, mask >= THRESHOLD, sketch > LINE)}

    @tf.function(input_signature=_UINT8, autograph=False)
    def explain_guided(self, image, mask, sketch):
        """As `explain`, with a sketch as in `pixels_guided`."""
        image, mask = require_same_size(image, mask)
        image, sketch = require_same_size(image, sketch, "sketch")
        return self._explain(image, mask >= THRESHOLD, sketch > LINE)

    @tf.function(input_signature=_FLOAT, autograph=False)
    def features_guided(self, image, mask, sketch):
        """As `features`, with `sketch`, `[B, H, W, 1]` float32, 1 = line."""
        image, mask = require_same_size(image, mask)
        image, sketch = require_same_size(image, sketch, "sketch")
        return self._features(image, mask, sketch)

    @tf.function(
        input_signature=[_files("image_bytes"), _files("mask_bytes"), _files("sketch_bytes")],
        autograph=False,
    )
    def encoded_guided(self, image_bytes, mask_bytes, sketch_bytes):
        """As `encoded`, with `sketch_bytes`, `[B]` PNG or JPEG files; an empty string is none."""
        return self._encoded(image_bytes, mask_bytes, sketch_bytes)

    def _lines_of(self, sketch_data, image):
        """A function that gives the sketch, `[H, W, 1]` bool, and what is wrong with its file."""
        if sketch_data is None:
            return None, ""

        def none():
            return tf.zeros_like(image[..., :1]), ""

        with tf.device(CPU):
            pixels, problem = tf.cond(
                tf.equal(sketch_data, ""), none, lambda: decode(sketch_data, self.limits)
            )
            wrong_size = other_size(image, pixels, "sketch_bytes")
            fault = tf.where(problem == "", wrong_size, ending("sketch_bytes", problem))

        def lines():
            with tf.device(CPU):
                return as_grey(as_rgb(pixels)) > LINE

        return lines, fault
