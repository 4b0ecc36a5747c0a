"""Completed pictures within a graph, whatever the signature that asks for them."""

import functools

import tensorflow as tf

from inpaint_tf.detail.batch import borrow_detail
from inpaint_tf.export.pixels import at_least_one, completed, to_float
from inpaint_tf.inference.any_size import complete_any_size
from inpaint_tf.inference.large import complete_window
from inpaint_tf.inference.windows import is_whole, window_around
from inpaint_tf.inference.working_size import working_size_of
from inpaint_tf.ops.mapping import map_items
from inpaint_tf.ops.spans import crop, hole_spans, place


class Completion:
    """The one place that runs a network for completed pictures, with what the `Inpainter` does.

    Args:
        model: a generator.
        detail, seed, working_size: as of the `Inpainter`; a large picture has one window around
            all its holes.
    """

    def __init__(self, model, detail, seed=0, working_size="auto"):
        self.model, self.detail, self.seed = model, detail, seed
        self.working_size = working_size_of(working_size, detail)
        self._predict = functools.lru_cache(maxsize=None)(self._make_predict)

    def __call__(self, image, hole, visible=None, lines=None, whole=False):
        """The completed pictures.

        Args:
            image: `[B, H, W, 3]` uint8.
            hole: `[B, H, W, 1]` bool.
            visible: `[B, H, W, 1]` bool, False where pixels are transparent; None: nowhere.
            lines: `[B, H, W, 1]` bool, sketches for a guided network, or None.
            whole: large pictures too are to go through the network as they are.
        """
        count = tf.shape(image)[0]
        given = [image, hole, tf.ones_like(hole) if visible is None else visible]
        given += [] if lines is None else [lines]
        given = [at_least_one(batch) for batch in given]
        if whole or self.working_size is None:
            return self._complete_whole(*given)[:count]
        small = is_whole(tf.shape(image)[1], tf.shape(image)[2], self.working_size[1])
        return tf.cond(
            small, lambda: self._complete_whole(*given), lambda: self._complete_large(*given)
        )[:count]

    def _complete_whole(self, image, hole, visible, lines=None):
        """Pictures that the network sees as they are."""
        pixels = to_float(image)
        base, offsets = self._predicted(pixels, hole, lines)
        if self.detail:
            base, _ = borrow_detail(pixels, hole, visible, base, offsets, self.seed)
        return completed(base, image, hole)

    def _complete_large(self, image, hole, *others):
        """Large pictures, each by one window around its holes."""
        # As floats: GPUs have no lists and slices of bytes.
        filled = map_items(
            lambda item: self._fill_by_window(*item),
            (to_float(image), hole, *others),
            tf.TensorSpec([None, None, 3], tf.float32),
        )
        return completed(filled, image, hole)

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
        """The network's pictures and the attention's offsets; traced once for all that ask."""
        given = [pixels, hole] if lines is None else [pixels, hole, lines]
        return self._predict(len(given))(*given)

    def _make_predict(self, count):
        mask = tf.TensorSpec([None, None, None, 1], tf.bool)
        specs = [tf.TensorSpec([None, None, None, 3]), mask, mask][:count]
        return tf.function(self._run_network, input_signature=specs, autograph=False)

    def _run_network(self, pixels, hole, lines=None):
        if not self.detail:
            return complete_any_size(self.model, pixels, hole, lines), None
        return complete_any_size(self.model, pixels, hole, lines, with_offsets=True)
