"""Pictures and masks for the tests of `python -m inpaint_tf.evaluate`."""

import os

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 40, 64  # the centred hole is 20x32, a quarter


def save(path, pixels):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    Image.fromarray(pixels).save(path)


def save_noisy_photos():
    """Writes three pictures into photos of the working directory."""
    os.mkdir("photos")
    rng = np.random.default_rng(0)
    for number in range(3):
        save(f"photos/{number}.png", rng.integers(0, 256, [HEIGHT, WIDTH, 3], np.uint8))


def save_mask(path, rows, columns=slice(None), size=(HEIGHT, WIDTH)):
    mask = np.zeros(size, np.uint8)
    mask[rows, columns] = 255
    save(path, mask)
