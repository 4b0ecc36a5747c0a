"""A generator compiled once for all sizes."""

import functools

import tensorflow as tf


class CompiledGenerator:
    """Runs a generator as one graph, in the same arithmetic as an exported model.

    The first picture takes two seconds longer, each later one half the time (256x256, on a CPU).

    A graph is optimized as a whole: convolutions are fused with the operations after them, and sums
    are rounded in another order than when every operation runs by itself. The difference is 1e-6,
    which occasionally moves a pixel to the next level.

    Args:
        model: a generator, as `create_model` or `load_model` give.

    Call arguments, returns:
        those of the generator.
    """

    def __init__(self, model):
        self.size_multiple = model.size_multiple
        self.smallest_size = model.smallest_size
        self.detail = getattr(model, "detail", False)
        self.stage_names = model.stage_names
        self.hole_outlives_encoder = getattr(model, "hole_outlives_encoder", None)
        self.gates = getattr(model, "gates", None)  # for display, not compiled
        self.guided = model.guided
        specs = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 1)]
        if self.guided:
            specs.append(tf.TensorSpec([None, None, None, 1]))

        compiled = functools.partial(tf.function, input_signature=specs, autograph=False)
        self._run = compiled(lambda *inputs: model(*inputs))
        self._complete = compiled(lambda *inputs: model.complete(*inputs))
        self._complete_with_offsets = compiled(
            lambda *inputs: model.complete(*inputs, with_offsets=True)
        )

    def __call__(self, image, mask, sketch=None, training=False):
        del training  # it is not for training
        return self._run(*self._inputs(image, mask, sketch))

    def complete(self, image, mask, sketch=None, with_offsets=False):
        """As in the generator."""
        complete = self._complete_with_offsets if with_offsets else self._complete
        return complete(*self._inputs(image, mask, sketch))

    def _inputs(self, image, mask, sketch):
        if not self.guided:
            return image, mask
        return image, mask, tf.zeros_like(mask) if sketch is None else sketch
