"""The pictures of an evaluation as files, for tools that judge folders."""

import os

import numpy as np
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing


class SavedPictures:
    """Writes `DIRECTORY/HOLE/METHOD/NAME.png`, with the originals and masks beside the methods.

    HOLE is the hole's size as in the table, since a picture has one hole of every size. METHOD is a
    name from the table, `original`, or `mask` (white in the hole).

    Args:
        directory: where they go; files of these names are replaced.
        names: names of the pictures, by number.
    """

    def __init__(self, directory, names):
        self.directory = directory
        stems = [os.path.splitext(os.path.basename(name))[0] for name in names]
        twice = next((stem for stem in stems if stems.count(stem) > 1), None)
        if twice is not None:
            raise InputError(
                f"--save_pictures: two pictures are called {twice}; expected a name for each."
            )
        self.stems = stems

    def add(self, case, image, completed):
        """Writes one item of `completions`."""
        mask = np.where(case.hole, np.uint8(255), np.uint8(0))
        for folder, picture in {**completed, "original": image, "mask": mask}.items():
            self._write(os.path.join(self.directory, case.bucket, folder), case.picture, picture)

    def _write(self, directory, number, picture):
        path = os.path.join(directory, self.stems[number] + ".png")
        try:
            os.makedirs(directory, exist_ok=True)
            with replacing(path) as temporary:
                Image.fromarray(picture).save(temporary, "PNG")
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror}.") from error
