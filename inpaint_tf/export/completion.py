"""Completed pictures within a graph, for every signature."""

import tensorflow as tf

from inpaint_tf.detail.batch import borrow_detail
from inpaint_tf.export.pixels import at_least_one, to_float
from inpaint_tf.inference.any_size import complete_any_size, run_any_size
from inpaint_tf.inference.large import complete_window
from inpaint_tf.inference.windows import is_whole, window_around
from inpaint_tf.inference.working_size import working_size_of
from inpaint_tf.ops.image import filled_pixels
from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.shared_function import shared_function
from inpaint_tf.ops.spans import crop, hole_spans, place


class Completion:
    """Runs a network within a graph, in the same way as the `Inpainter`; nothing else here does.

    A network is traced once for each use, however many signatures need it. A guided network without
    a sketch gets an empty one.

    Args:
        model: a generator.
        detail, seed, working_size: as in the `Inpainter`; a large picture has one window around
            all its holes.
    """

    def __init__(self, model, detail, seed=0, working_size="auto"):
        self.model, self.detail, self.seed = model, detail, seed
        self.working_size = working_size_of(working_size, detail)
        inputs = 3 if model.guided else 2
        self._predict = _traced_once(self._run_network, inputs, tf.bool)
        # For other networks only one signature needs these; a function in it is optimized twice.
        shared = _traced_once if model.guided else lambda run, *_: run
        self._run_all = shared(lambda *given: run_any_size(model, *given), inputs, tf.bool)
        self._run_plain = shared(lambda *given: model(*given), inputs, tf.float32)

    def __call__(self, image, hole, visible=None, lines=None, whole=False):
        """The completed pictures.

        Args:
            image: `[B, H, W, 3]` uint8.
            hole: `[B, H, W, 1]` bool.
            visible: `[B, H, W, 1]` bool, False where pixels are transparent; None if none are.
            lines: `[B, H, W, 1]` bool, sketches for a guided network, or None.
            whole: whether even large pictures go through the network as they are.
        """
        count = tf.shape(image)[0]
        visible = tf.ones_like(hole) if visible is None else visible
        image, hole, *lines = self._inputs(image, hole, lines)
        given = [image, hole, at_least_one(visible), *lines]
        if whole or self.working_size is None:
            return self._complete_whole(*given)[:count]
        small = is_whole(tf.shape(image)[1], tf.shape(image)[2], self.working_size[1])
        return tf.cond(
            small, lambda: self._complete_whole(*given), lambda: self._complete_large(*given)
        )[:count]

    def everything(self, image, hole, lines=None):
        """The network's whole output for pictures of any size: an `Inpainting`.

        Args:
            image: `[B, H, W, 3]` float32 in [-1, 1].
            hole, lines: as in a call.
        """
        return self._run_all(*self._inputs(image, hole, lines))

    def as_it_is(self, image, mask, sketch=None):
        """The network on pictures of its own sizes; masks and sketches are float32."""
        return self._run_plain(*self._inputs(image, mask, sketch))

    def _inputs(self, image, mask, drawn):
        """The network's inputs, with at least one item."""
        inputs = [image, mask]
        if self.model.guided:
            inputs.append(tf.zeros_like(mask) if drawn is None else drawn)
        return [at_least_one(batch) for batch in inputs]

    def _complete_whole(self, image, hole, visible, lines=None):
        """Completes pictures that the network sees as they are."""
        pixels = to_float(image)
        base, offsets = self._predicted(pixels, hole, lines)
        if self.detail:
            base, _ = borrow_detail(pixels, hole, visible, base, offsets, self.seed)
        return filled_pixels(base, image, hole)

    def _complete_large(self, image, hole, *others):
        """Completes large pictures, each by one window around its holes."""
        # As floats: GPUs have no lists and slices of bytes.
        filled = map_items(
            lambda item: self._fill_by_window(*item),
            (to_float(image), hole, *others),
            tf.TensorSpec([None, None, 3], tf.float32),
        )
        return filled_pixels(filled, image, hole)

    def _fill_by_window(self, pixels, hole, visible, lines=None):
        """`[H, W, 3]` in [-1, 1], zeros outside the window."""
        height, width = tf.shape(pixels)[0], tf.shape(pixels)[1]
        mask = tf.cast(hole, tf.float32)[None]
        window = window_around(*hole_spans(mask), height, width, self.working_size[0])
        spans = window.rows, window.columns
        masks = [
            None if batch is None else crop(batch[None], *spans) for batch in (hole, visible, lines)
        ]
        filled, _ = complete_window(
            lambda pixels, hole, lines, scale: self._predicted(pixels, hole, lines),
            crop(pixels[None], *spans),
            *masks,
            window.scale,
            detail=self.detail,
            seed=self.seed,
        )
        return place(filled, *spans, height, width)[0]

    def _predicted(self, pixels, hole, lines):
        """The network's pictures and the attention's offsets."""
        given = [pixels, hole] if lines is None else [pixels, hole, lines]
        return self._predict(*given)

    def _run_network(self, pixels, hole, lines=None):
        if not self.detail:
            return complete_any_size(self.model, pixels, hole, lines), None
        return complete_any_size(self.model, pixels, hole, lines, with_offsets=True)


def _traced_once(run, inputs, dtype):
    """`run` as one graph of a picture and masks of type `dtype`."""
    masks = [tf.TensorSpec([None, None, None, 1], dtype)] * (inputs - 1)
    specs = [tf.TensorSpec([None, None, None, 3]), *masks]
    return shared_function(specs)(run)
