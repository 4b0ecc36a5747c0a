"""Variations of training pictures beyond cropping and mirroring: scale and colours."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance

NUMBERS = 5  # random numbers per example


@dataclass(frozen=True)
class Augmentation:
    """How far training pictures may be changed; the defaults change nothing.

    Args:
        scale: (least, most) factor of size; its logarithm is uniform.
        brightness, contrast, saturation: b; a factor from 1 - b to 1 + b, see `PIL.ImageEnhance`.
        hue: h; colours turn by -h to h of the whole circle, so 0.5 at most.
    """

    scale: tuple = (1.0, 1.0)
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0

    def zoom(self, numbers):
        """The factor of size for `NUMBERS` numbers in [0, 1)."""
        least, most = self.scale
        return float(least * (most / least) ** numbers[0])

    def recolor(self, pixels, numbers):
        """A uint8 `[H, W, 3]` array in other colours, by `NUMBERS` numbers in [0, 1)."""
        from_minus_one = 2 * np.asarray(numbers, np.float64) - 1
        picture = Image.fromarray(pixels)
        for enhance, most, number in (
            (ImageEnhance.Brightness, self.brightness, from_minus_one[1]),
            (ImageEnhance.Contrast, self.contrast, from_minus_one[2]),
            (ImageEnhance.Color, self.saturation, from_minus_one[3]),
        ):
            if most:
                picture = enhance(picture).enhance(1 + most * number)
        if self.hue:
            turn = round(256 * self.hue * from_minus_one[4])
            hue, saturation, value = picture.convert("HSV").split()
            hue = hue.point([(level + turn) % 256 for level in range(256)])
            picture = Image.merge("HSV", (hue, saturation, value)).convert("RGB")
        return np.asarray(picture)
