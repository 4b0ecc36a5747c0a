"""What the tests of `python test.py` share: a stand-in for the network, a picture and a hole."""

import numpy as np
from PIL import Image

from inpaint_tf.cli import inpaint
from inpaint_tf.inference.inpainter import Stages
from inpaint_tf.inference.photo import join, read_photo

HEIGHT, WIDTH = 24, 36
TOP, LEFT, BOX_HEIGHT, BOX_WIDTH = 3, 4, 6, 16


class StandIn:
    """Fills holes with one value, with the interface of `Inpainter`."""

    value = 77
    guided = False

    def __init__(self):
        self.feathers, self.sketches = [], []

    def __call__(self, image, mask, feather=0, alpha=None, sketch=None):
        assert image.shape[:2] == mask.shape
        self.sketches.append(sketch)
        self.feathers.append(feather)
        completed = image.copy()
        completed[mask] = self.value
        return completed

    def gates(self, image, mask, sketch=None):
        return None

    def doubts(self, hole):
        return []

    def stages(self, image, mask, feather=0, alpha=None, sketch=None):
        completed = self(image, mask, feather, sketch=sketch)
        colors = np.full([*mask.shape, 3], (1, 2, 3), np.uint8)
        pictures = {"coarse": np.full_like(image, 9), "refined": np.full_like(image, 8)}
        return Stages(pictures, completed, colors)


def pixels(seed=0):
    return np.random.RandomState(seed).randint(0, 256, [HEIGHT, WIDTH, 3]).astype(np.uint8)


def hole():
    where = np.zeros([HEIGHT, WIDTH], bool)
    where[TOP : TOP + BOX_HEIGHT, LEFT : LEFT + BOX_WIDTH] = True
    return where


def completed(seed=0):
    return np.where(hole()[..., None], np.uint8(77), pixels(seed))


def save_picture_and_mask():
    """Writes x.png and m.png into the working directory."""
    Image.fromarray(pixels()).save("x.png")
    Image.fromarray(hole()).save("m.png")


def run(*arguments):
    return inpaint.main([*arguments, *([] if "--weights" in arguments else ["--weights=random"])])


def read(path):
    return join(read_photo(path))
