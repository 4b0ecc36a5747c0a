"""Free-form holes with the settings of MMagic's benchmarks."""

import numpy as np

from inpaint_tf.masks.lama import add_stroke

VERTICES, LENGTH, WIDTH = (4, 10), (20, 128), (10, 45)  # pixels at 256
AREA = (0.15, 0.65)


def sample_free_form(draw, size):
    """Draws strokes until the hole is large enough.

    Args:
        draw: `Draw`.
        size: (H, W); lengths and widths are for 256 and scaled with the shorter side.

    Returns:
        `[H, W]` bool, True in the hole, which takes 15 to 65 % of the picture.

    Source:
        MMagic's DeepFill v2 and partial convolutions: vertices, lengths, widths and area. All else,
        the seed included, is our own.
    """
    scale = min(size) / 256
    while True:
        mask = np.zeros(size, np.uint8)
        while mask.mean() < AREA[0]:
            add_stroke(
                draw,
                mask,
                segments=draw.integer(*VERTICES),
                length=tuple(each * scale for each in LENGTH),
                width=draw.between(*WIDTH) * scale,
            )
        if mask.mean() <= AREA[1]:
            return mask > 0
