"""The one bridge between pictures of any size and depth and a generator."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from inpaint_tf.inference.arrays import as_holes, as_pictures
from inpaint_tf.inference.feather import blend_seam
from inpaint_tf.ops.image import to_float, to_integer
from inpaint_tf.ops.padding import extend, padded_size
from inpaint_tf.visualization.offset_colors import offset_colors
from inpaint_tf.weights.bundled import bundled_weights
from inpaint_tf.weights.load import load_model


class Stages(NamedTuple):
    """What the network made on the way, arrays of the given image's layout and type.

    pictures: dict of name -> what that stage made, in order, known pixels reconstructed too.
    completed: what `Inpainter.__call__` returns.
    offset_colors: `[B, H, W, 3]` or `[H, W, 3]` uint8, where the attention looked; None for a
        network without attention.
    """

    pictures: dict
    completed: np.ndarray
    offset_colors: np.ndarray

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
    result is cropped. Where height and width are multiples of 8 (and not below 64 with mirrored
    convolutions) the network sees exactly the picture, as the original's did.

    Args:
        model: a generator, as `create_model` or `load_model` give.

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

    def __init__(self, model):
        self.model = model

    @classmethod
    def default(cls):
        """An Inpainter with the weights that come with the package."""
        return cls(load_model(bundled_weights()))

    def __call__(self, image, mask, feather=0):
        """Completes one picture or a batch of pictures of one size.

        Args:
            image: uint8 or uint16, `[H, W]` (grey), `[H, W, 2]` (grey, alpha), `[H, W, 3]` (RGB)
                or `[H, W, 4]` (RGB, alpha), or a batch of these. H and W are at least 8.
            mask: `[H, W]`, or one per picture `[B, H, W]`: bool (True = hole), uint8 (>= 128 is
                the hole), uint16 (>= 32768) or float (>= 0.5).
            feather: over how many pixels inside the hole the seam is blended.

        Returns:
            An array of the image's shape and type. Known pixels and alpha are the same bits.

        Raises:
            InputError: a type, shape or value as of neither.
        """
        pictures, holes = self._prepared(image, mask)
        if not holes.any():
            return np.array(image)
        if feather:  # the seam's correction looks at known pixels too
            refined = self._run(self.model, pictures.color, holes).last
            return self._completed(pictures, holes, refined, feather)
        completed = self._run(self.model.complete, pictures.color, holes)
        return self._completed(pictures, holes, completed)

    def stages(self, image, mask, feather=0):
        """As calling, but returns `Stages`."""
        pictures, holes = self._prepared(image, mask)
        output = self._run(self.model, pictures.color, holes)
        colors = None
        if output.offsets is not None:
            colors = offset_colors(output.offsets, *pictures.color.shape[1:3]).numpy()
            colors = colors.reshape(*pictures.leading, *colors.shape[1:])
        dtype = pictures.color.dtype
        made = {
            name: pictures.restore(to_integer(stage, dtype).numpy())
            for name, stage in zip(self.model.stage_names, output.stages)
        }
        return Stages(made, self._completed(pictures, holes, output.last, feather), colors)

    def doubts(self, hole):
        """Sentences about what the network may not fill well, for one `[H, W]` bool hole."""
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

    def _run(self, network, color, holes):
        """`network`'s pictures for uint pictures and bool holes of any size, of the same size."""
        image, mask = to_float(color), tf.cast(holes, tf.float32)
        height, width = color.shape[1:3]
        size = [
            padded_size(side, self.model.size_multiple, self.model.smallest_size)
            for side in (height, width)
        ]
        image, mask = extend(image, *size), extend(mask, *size)
        output = network(image, mask)
        if tf.is_tensor(output):
            return output[:, :height, :width]
        return output._replace(stages=tuple(each[:, :height, :width] for each in output.stages))

    def _completed(self, pictures, holes, refined, feather=0):
        """Known pixels bit for bit, the prediction in the hole."""
        if feather:
            image = to_float(pictures.color).numpy()
            refined = np.stack(
                [
                    blend_seam(prediction, known, hole[..., 0], feather)
                    for prediction, known, hole in zip(refined.numpy(), image, holes)
                ]
            )
        predicted = to_integer(refined, pictures.color.dtype).numpy()
        return pictures.restore(np.where(holes, predicted, pictures.color))
