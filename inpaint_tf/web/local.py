"""The network in this process."""

import numpy as np

from inpaint_tf.cli.device import memory_named
from inpaint_tf.inference.inpainter import Inpainter

_WARM_UP = (64, 72)  # height and width of the picture that is completed before the first request
# Number of distinct seeds: the search for detail is compiled, and kept, for each of them.
_SEEDS = 4


class Local:
    """Completes pictures with an `Inpainter`.

    Args:
        inpainter: the `Inpainter`, best of a `CompiledGenerator`.
        name: the model's name for clients.
        working_size: for pictures whose clients do not choose one.
    """

    lacks = ()  # options that this backend does not know

    def __init__(self, inpainter, name, working_size="auto"):
        self.inpainter = inpainter
        self.name = name
        self.working_size = working_size

    def warm_up(self):
        """Completes a small picture, so that everything is compiled before the first request."""
        hole = np.zeros(_WARM_UP, bool)
        hole[20:40, 20:50] = True
        self.inpainter(np.zeros([*_WARM_UP, 3], np.uint8), hole)

    def doubts(self, hole):
        """Sentences about parts of a hole that the network may not fill well."""
        return self.inpainter.doubts(hole)

    def __call__(self, photo, hole, options):
        """The completed colours of a `Photo`; known ones stay bit for bit.

        Args:
            photo: a `Photo`.
            hole: `[H, W]` bool, True in the hole.
            options: an `Options`.

        Returns:
            An array like `photo.color`.
        """
        height, width = hole.shape
        with memory_named(f"the picture ({width}x{height})"):
            return self._inpainter(options)(photo.color, hole, options.feather, photo.alpha)

    def _inpainter(self, options):
        detail = self.inpainter.detail if options.detail is None else options.detail
        size = self.working_size if options.working_size is None else options.working_size
        return Inpainter(self.inpainter.model, detail, options.seed % _SEEDS, size)
