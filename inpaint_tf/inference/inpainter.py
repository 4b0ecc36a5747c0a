"""The bridge from pictures of any size and depth to a generator and back."""

import functools
from typing import NamedTuple, Optional

import numpy as np
import tensorflow as tf

from inpaint_tf.detail import settings
from inpaint_tf.detail.batch import borrow_detail
from inpaint_tf.inference.any_size import complete_any_size, run_any_size
from inpaint_tf.inference.arrays import as_holes, as_pictures, visible
from inpaint_tf.inference.feather import blend_seam
from inpaint_tf.inference.gate_picture import gate_picture
from inpaint_tf.inference.large import complete_by_windows
from inpaint_tf.inference.sketch import lines_for
from inpaint_tf.inference.windows import is_whole
from inpaint_tf.inference.working_size import require_working_size, working_size_of
from inpaint_tf.ops.image import filled_pixels, to_float, to_integer
from inpaint_tf.visualization.offset_colors import offset_colors
from inpaint_tf.weights.bundled import bundled_weights
from inpaint_tf.weights.load import load_model


class Stages(NamedTuple):
    """The network's intermediate results, arrays of the given image's layout and type.

    pictures: dict of name -> that stage's picture, in order, with known pixels reconstructed.
    completed: what `Inpainter.__call__` returns.
    offset_colors: `[B, H, W, 3]` or `[H, W, 3]` uint8, the attention's offsets; None for a network
        without attention.
    before_detail: the completed picture without borrowed detail; None if none is borrowed.
    source_colors: `[B, H, W, 3]` or `[H, W, 3]` uint8, the sources of detail; likewise None.
    """

    pictures: dict
    completed: np.ndarray
    offset_colors: Optional[np.ndarray] = None
    before_detail: Optional[np.ndarray] = None
    source_colors: Optional[np.ndarray] = None

    @property
    def coarse(self):
        """The first stage's picture of a two-stage network."""
        return self.pictures.get("coarse")

    @property
    def refined(self):
        """The second stage's picture of a two-stage network."""
        return self.pictures.get("refined")


class Inpainter:
    """Completes the holes of pictures of any size.

    The picture is padded by mirroring to a size the network takes, the network runs, and the
    result is cropped. If height and width are multiples of 8 (and at least 64 with mirrored
    convolutions), the network sees exactly the picture, as the original does.

    Args:
        model: a generator, as `create_model` or `load_model` give.
        detail: whether to borrow fine structure for the hole from the known part of the picture,
            see `inpaint_tf.detail`; None follows the weights (`model.detail`).
        seed: int, of the patches that are tried at random for it.
        working_size: the size at which large pictures go through the network, see
            `inference.windows`: "full", a number of pixels of the longer side, or "auto", which is
            "full" without detail, and otherwise 512 for pictures of more than 768.
        grouped: whether a large picture has a window for each group of holes; otherwise it has one
            for all, as in exported graphs.

    Example:

    >>> from inpaint_tf.models.registry import create_model
    >>> inpainter = Inpainter(create_model("deepfill_v1", width=2))
    >>> image = np.full([37, 53, 3], 200, np.uint8)
    >>> hole = np.zeros([37, 53], bool)
    >>> hole[10:20, 10:30] = True
    >>> completed = inpainter(image, hole)
    >>> completed.shape, bool((completed[~hole] == 200).all())
    ((37, 53, 3), True)
    """

    def __init__(self, model, detail=None, seed=0, working_size="auto", grouped=True):
        self.model = model
        self.detail = bool(getattr(model, "detail", False) if detail is None else detail)
        self.seed = seed
        require_working_size(working_size, model.smallest_size)
        self.working_size = working_size_of(working_size, self.detail)
        self.grouped = grouped

    @property
    def guided(self):
        """Whether the network takes a sketch."""
        return self.model.guided

    @classmethod
    def default(cls):
        """An Inpainter with the weights that come with the package."""
        return cls(load_model(bundled_weights()))

    def __call__(self, image, mask, feather=0, alpha=None, sketch=None):
        """Completes one picture or a batch of pictures of one size.

        Args:
            image: uint8 or uint16, `[H, W]` (grey), `[H, W, 2]` (grey, alpha), `[H, W, 3]` (RGB)
                or `[H, W, 4]` (RGB, alpha), or a batch of these. H and W are at least 8.
            mask: `[H, W]`, or one per picture `[B, H, W]`: bool (True = hole), uint8 (>= 128 is
                the hole), uint16 (>= 32768) or float (>= 0.5).
            feather: the number of pixels inside the hole over which the seam is blended.
            alpha: `[H, W]` or `[B, H, W]`, 0 where an image without alpha is transparent, so that
                no detail is borrowed from there.
            sketch: for a guided network, the lines in the hole, white on black, in the layouts and
                types of `mask`; above 0.6 of white is a line. None for no sketch.

        Returns:
            An array of the image's shape and type. Known pixels and alpha stay bit for bit.

        Raises:
            InputError: another type, shape or value, a sketch for a network that is not guided, or
                one that covers the hole.
        """
        pictures, holes = self._prepared(image, mask)
        lines = self._lines(sketch, holes)
        if not holes.any():
            return np.array(image)
        if self._is_large(pictures):
            return self._by_windows(pictures, holes, feather, alpha, lines, self.detail)[0]
        completed = self._completed(pictures, holes, feather, alpha, lines)
        return self._integer(pictures, holes, completed)

    def stages(self, image, mask, feather=0, alpha=None, sketch=None):
        """As a call, but returns `Stages`."""
        pictures, holes = self._prepared(image, mask)
        lines = self._lines(sketch, holes)
        output = run_any_size(self.model, to_float(pictures.color), holes, lines)
        dtype = pictures.color.dtype
        made = {
            name: pictures.restore(to_integer(stage, dtype).numpy())
            for name, stage in zip(self.model.stage_names, output.stages)
        }
        looked_at = self._painted(pictures, output.offsets)
        if self._is_large(pictures):
            given = pictures, holes, feather, alpha, lines
            before, _ = self._by_windows(*given, detail=False)
            if not self.detail:
                return Stages(made, before, looked_at)
            completed, sources = self._by_windows(*given, detail=True, with_sources=True)
            return Stages(made, completed, looked_at, before, sources)
        if not self.detail:
            completed = self._feathered(pictures, holes, output.last, feather)
            return Stages(made, self._integer(pictures, holes, completed), looked_at)
        base, completed, shifts = self._with_detail(pictures, holes, feather, alpha, lines)
        return Stages(
            made,
            self._integer(pictures, holes, completed),
            looked_at,
            self._integer(pictures, holes, base),
            self._painted(pictures, shifts),
        )

    def _completed(self, pictures, holes, feather, alpha, lines):
        """The completed pictures, `[B, H, W, 3]` in [-1, 1]; only their holes matter."""
        if self.detail:
            return self._with_detail(pictures, holes, feather, alpha, lines)[1]
        if not feather:
            return complete_any_size(self.model, to_float(pictures.color), holes, lines)
        # The seam's correction needs known pixels, too.
        whole = run_any_size(self.model, to_float(pictures.color), holes, lines).last
        return self._feathered(pictures, holes, whole, feather)

    def _with_detail(self, pictures, holes, feather, alpha, lines):
        """The network's picture, the same with detail, and its sources; always by the short form.

        The whole computation differs by 1e-6, which the search would turn into other sources.
        """
        image = to_float(pictures.color)
        base, offsets = complete_any_size(self.model, image, holes, lines, with_offsets=True)
        if feather:
            whole = run_any_size(self.model, image, holes, lines).last
            base = tf.where(holes, base, whole)
            base = self._feathered(pictures, holes, base, feather, settings.SIGMA)
        usable = visible(pictures, alpha)
        completed, shifts = borrow_detail(image, holes, usable, base, offsets, self.seed)
        return base, completed, shifts

    def gates(self, image, mask, sketch=None):
        """The network's gates for one picture, see `gate_picture`, or None."""
        return gate_picture(self.model, image, mask, sketch)

    def _is_large(self, pictures):
        if self.working_size is None:
            return False
        return not is_whole(*pictures.color.shape[1:3], self.working_size[1])

    def _by_windows(self, pictures, holes, feather, alpha, lines, detail, with_sources=False):
        """The completed pictures by their windows, and the colours of their sources or None."""
        usable = visible(pictures, alpha)
        made = [
            complete_by_windows(
                functools.partial(self._predicted, feather=feather),
                color,
                holes[item, ..., 0],
                usable[item, ..., 0],
                None if lines is None else lines[item, ..., 0],
                working_size=self.working_size[0],
                grouped=self.grouped,
                detail=detail,
                seed=self.seed,
                with_sources=with_sources,
            )
            for item, color in enumerate(pictures.color)
        ]
        completed, sources = zip(*made)
        if with_sources:
            sources = np.stack(sources)
            sources = sources.reshape(*pictures.leading, *sources.shape[1:])
        return pictures.restore(np.stack(completed)), sources

    def _predicted(self, image, hole, lines, scale, feather):
        """The network's completion of a window, see `complete_window`."""
        if not self.detail and not feather:
            return complete_any_size(self.model, image, hole, lines), None
        base, offsets = complete_any_size(self.model, image, hole, lines, with_offsets=True)
        if not feather:
            return base, offsets
        # The seam's correction needs known pixels, too.
        base = tf.where(hole, base, run_any_size(self.model, image, hole, lines).last)
        width = max(1, round(feather / scale))
        sigma = settings.SIGMA if self.detail else None
        soft = blend_seam(*(np.asarray(x)[0] for x in (base, image, hole[..., 0])), width, sigma)
        return tf.constant(soft[None], tf.float32), offsets

    def doubts(self, hole):
        """Sentences about parts of a `[H, W]` bool hole that the network may not fill well."""
        outlives = getattr(self.model, "hole_outlives_encoder", None)
        if outlives is None or not outlives(hole[None, ..., None])[0]:
            return []
        return [
            "the hole is wider than the levels of this network can close, so its middle may stay "
            "grey; a smaller picture, or weights with more levels, would do better."
        ]

    @staticmethod
    def _prepared(image, mask):
        pictures = as_pictures(image)
        return pictures, as_holes(mask, *pictures.color.shape[:3])

    def _lines(self, sketch, holes):
        """The sketch as `[B, H, W, 1]` bool, or None without one."""
        return None if sketch is None else lines_for(self.model, sketch, holes)

    @staticmethod
    def _painted(pictures, offsets):
        """Offsets of cells as colours, in the layout of the pictures; None for None."""
        if offsets is None:
            return None
        colors = offset_colors(offsets, *pictures.color.shape[1:3]).numpy()
        return colors.reshape(*pictures.leading, *colors.shape[1:])

    @staticmethod
    def _feathered(pictures, holes, predicted, feather, sigma=None):
        """The prediction, corrected near the hole's border to meet the known pixels."""
        if not feather:
            return predicted
        images = to_float(pictures.color).numpy()
        return np.stack(
            [
                blend_seam(prediction, image, hole[..., 0], feather, sigma)
                for prediction, image, hole in zip(np.asarray(predicted), images, holes)
            ]
        )

    @staticmethod
    def _integer(pictures, holes, predicted):
        """Known pixels bit for bit, the prediction in the hole."""
        return pictures.restore(filled_pixels(predicted, pictures.color, holes).numpy())
