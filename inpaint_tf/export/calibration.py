"""Pictures with holes that calibrate an int8 file, and measure what it costs."""

import math
from typing import NamedTuple

import numpy as np

from inpaint_tf.amount import amount
from inpaint_tf.data.decode import read_picture
from inpaint_tf.data.sources import find_pictures
from inpaint_tf.errors import InputError
from inpaint_tf.export.one_size import FixedSizeModule
from inpaint_tf.masks.draw import Draw
from inpaint_tf.masks.lama import sample_lama

FEWEST, MOST = 6, 24  # pictures; every third only measures the cost
_KINDS = ("thick", "medium")


class Example(NamedTuple):
    """image: `[1, H, W, 3]` uint8. mask: `[1, H, W, 1]` uint8, 255 in the hole."""

    image: np.ndarray
    mask: np.ndarray

    @property
    def inputs(self):
        """By the names of the file's signature."""
        return {"image": self.image, "mask": self.mask}


def read_examples(source, size):
    """Pictures with drawn holes.

    Args:
        source: a folder, a glob or a list, as in `data.sources.find_pictures`.
        size: (H, W).

    Returns:
        Two lists of `Example`: to calibrate with, and to measure with.

    Raises:
        InputError: there are too few, or one cannot be read.
    """
    paths = find_pictures(source, "--calibration")
    if len(paths) < FEWEST:
        raise InputError(
            f"--calibration {source} holds {amount(len(paths), 'picture', 'pictures')}; "
            f"expected {FEWEST} or more."
        )
    count = min(MOST, len(paths))
    chosen = [paths[number * len(paths) // count] for number in range(count)]
    made = []
    for number, path in enumerate(chosen):
        picture = read_picture(path, max(size), size)
        hole = sample_lama(Draw(number), size, _KINDS[number % len(_KINDS)])
        made.append(Example(picture[None], hole[None, ..., None].astype(np.uint8) * 255))
    return [e for n, e in enumerate(made) if n % 3 != 2], made[2::3]


class Cost(NamedTuple):
    """Peak signal-to-noise ratios in the holes, in dB: of the file against the network, and of
    network and file against the originals."""

    to_network: float
    network: float
    file: float


def cost(model, run, examples):
    """What a file loses compared with the network.

    Args:
        model: the generator.
        run: function of (image, mask) to the file's completed picture.
        examples: list of `Example` of one size.

    Returns:
        `Cost`, the means of all pictures.

    Raises:
        InputError: a known pixel is not the picture's.
    """
    module = FixedSizeModule(model, *examples[0].image.shape[1:3])
    values = []
    for image, mask in examples:
        expected = module.complete(image, mask)["completed"].numpy()
        found = run(image, mask)
        hole = mask[..., 0] >= 128
        if not np.array_equal(found[~hole], image[~hole]):
            raise InputError("the file changes known pixels. Nothing is written.")
        pairs = ((found, expected), (expected, image), (found, image))
        values.append([_psnr(one[hole], other[hole]) for one, other in pairs])
    return Cost(*np.mean(values, axis=0))


def _psnr(one, other):
    error = np.mean(np.square(one.astype(float) - other))
    return 10 * math.log10(255**2 / max(error, 1e-3))
