"""The pictures of an evaluation: found, checked and read in one size."""

import os

from inpaint_tf.data.decode import read_picture, upright_size
from inpaint_tf.data.files import list_pictures
from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.hashes import list_sha256
from inpaint_tf.files import sha256_of_file

SMALLEST_SIDE = 11  # the window of SSIM


class Pictures:
    """Pictures of one size, by number.

    Args:
        source: a folder, a glob or a list, see `list_pictures`.
        side: None takes the pictures as they are, which must have one size; an int scales the
            shorter side of each to it and cuts the middle square out.
        limit: how many to take at most, the first by name; None for all.
        counted: function of a list that yields its items, for a progress bar.

    Raises:
        InputError: there are none, one cannot be read, or sizes differ.
    """

    def __init__(self, source, side=None, limit=None, counted=iter):
        found = list_pictures(source, "--images")
        root = os.path.commonpath([os.path.dirname(os.path.abspath(path)) for path in found])
        self.paths = found[:limit]
        self.names = [os.path.relpath(path, root) for path in self.paths]
        self.side = side
        self.size = (side, side) if side else upright_size(self.paths[0])
        if min(self.size) < SMALLEST_SIDE:
            raise InputError(
                f"{self.paths[0]} is {_words(self.size)}; expected at least {SMALLEST_SIDE} pixels "
                "in height and width."
            )
        # Every file is decoded first, so that hours of work do not end at a damaged one.
        hashes = [self._checked(index) for index in counted(range(len(self)))]
        self.sha256 = list_sha256(hashes, self.names)

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        """Picture number `index`, `[H, W, 3]` uint8 RGB."""
        return read_picture(self.paths[index], self.side, self.size, draft=False)

    @property
    def scaling(self):
        """How the pictures are prepared, in words."""
        if self.side is None:
            return "none"
        return f"shorter side to {self.side} (bicubic, from all pixels), the middle cut out"

    def _checked(self, index):
        path = self.paths[index]
        if self.side is None and upright_size(path) != self.size:
            raise InputError(
                f"{path} is {_words(upright_size(path))} and {self.paths[0]} is "
                f"{_words(self.size)}; expected pictures of one size, or --size 256, which scales "
                "the shorter side of each to 256 and cuts the middle out."
            )
        self[index]
        return sha256_of_file(path)


def _words(size):
    return f"{size[1]}x{size[0]} (width x height)"
