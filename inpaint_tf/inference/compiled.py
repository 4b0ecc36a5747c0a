"""A generator compiled once for all sizes."""

import functools

import tensorflow as tf


class CompiledGenerator:
    """Runs a generator as one graph, in the same arithmetic as an exported model.

    The first picture takes two seconds longer, each later one half the time (256x256, on a CPU).

    A graph is optimized as a whole: convolutions are joined with what follows them, and sums are
    rounded in another order than when every operation runs by itself. The difference is 1e-6, but
    here and there it moves a pixel to the next level.

    Args:
        model: a generator, as `create_model` or `load_model` give.

    Call arguments, returns:
        as of the generator.
    """

    def __init__(self, model):
        self.size_multiple = model.size_multiple
        self.smallest_size = model.smallest_size
        self.detail = getattr(model, "detail", False)
        self.stage_names = model.stage_names
        self.hole_outlives_encoder = getattr(model, "hole_outlives_encoder", None)
        self.gates = getattr(model, "gates", None)  # to look at, not compiled
        pictures = tf.TensorSpec([None, None, None, 3], tf.float32)
        masks = tf.TensorSpec([None, None, None, 1], tf.float32)

        compiled = functools.partial(
            tf.function, input_signature=[pictures, masks], autograph=False
        )
        self._run = compiled(lambda image, mask: model(image, mask))
        self._complete = compiled(lambda image, mask: model.complete(image, mask))
        self._complete_with_offsets = compiled(
            lambda image, mask: model.complete(image, mask, with_offsets=True)
        )

    def __call__(self, image, mask, training=False):
        del training  # it is not for training
        return self._run(image, mask)

    def complete(self, image, mask, with_offsets=False):
        """As of the generator."""
        complete = self._complete_with_offsets if with_offsets else self._complete
        return complete(image, mask)
