"""Draws docs/pairs.jpg: six photos in the public domain with holes, and as completed.

    python examples/pairs.py [--weights PATH]

The photos are sample data of scikit-image, which the extra `test` installs. They are CC0 (cat,
coffee cup, retina), or in the public domain by NASA (astronaut, galaxies) and SpaceX (rocket).
"""

import os

import cv2
import numpy as np
import skimage.data
from absl import app, flags

from inpaint_tf import Inpainter, load_model

WEIGHTS = flags.DEFINE_string("weights", None, "As of test.py; the bundled ones if not given.")
SIDE, GAP, COLUMNS = 256, 8, 3
OUTPUT = os.path.join(os.path.dirname(__file__), "..", "docs", "pairs.jpg")

# Photo, side and corner (y, x) of the square that is shown, and what is painted over in it as it
# is shown, 256 pixels wide: boxes (y, x, height, width) and strokes (points y, x; thickness).
PAIRS = [
    ("chelsea", 300, (0, 90), [(150, 20, 60, 60)], [([(30, 200), (90, 240), (60, 160)], 14)]),
    ("coffee", 400, (0, 100), [], [
        ([(20, 20), (60, 120), (30, 230)], 16), ([(200, 30), (240, 180)], 16)
    ]),
    ("retina", 1000, (200, 200), [(90, 100, 72, 72)], []),
    ("astronaut", 512, (0, 0), [(10, 200, 56, 50)], [([(180, 20), (250, 60)], 14)]),
    ("hubble_deep_field", 700, (100, 100), [(60, 60, 110, 110)], []),
    ("rocket", 420, (0, 110), [(150, 20, 70, 50)], [([(60, 150), (110, 250)], 12)]),
]  # fmt: skip


def hole_of(boxes, strokes):
    """`[256, 256]` uint8, 255 = hole."""
    mask = np.zeros([SIDE, SIDE], np.uint8)
    for y, x, height, width in boxes:
        mask[y : y + height, x : x + width] = 255
    for points, thickness in strokes:
        corners = np.array([(x, y) for y, x in points], np.int32)
        cv2.polylines(mask, [corners], False, 255, thickness)
    return mask


def main(_):
    inpainter = Inpainter(load_model(WEIGHTS.value)) if WEIGHTS.value else Inpainter.default()
    pairs = []
    for name, side, (top, left), boxes, strokes in PAIRS:
        photo = getattr(skimage.data, name)()[top:, left:][:side, :side]
        photo = cv2.resize(photo, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        mask = hole_of(boxes, strokes)
        shown = np.where(mask[..., None] > 0, 255, photo).astype(np.uint8)
        pairs.append(np.concatenate([shown, inpainter(photo, mask)], axis=1))
    edge = [[GAP, GAP], [GAP, GAP], [0, 0]]
    pairs = [np.pad(pair, edge, constant_values=255) for pair in pairs]
    rows = [np.concatenate(pairs[n : n + COLUMNS], axis=1) for n in range(0, len(pairs), COLUMNS)]
    figure = cv2.cvtColor(np.concatenate(rows), cv2.COLOR_RGB2BGR)
    if not cv2.imwrite(OUTPUT, figure, [cv2.IMWRITE_JPEG_QUALITY, 85]):
        raise OSError(f"{OUTPUT} could not be written.")


if __name__ == "__main__":
    app.run(main)
