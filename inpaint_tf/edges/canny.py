"""Edges of a picture by Canny's method, which needs no weights."""

import cv2
import numpy as np

BLUR = 1.4  # standard deviation in pixels, against edges of noise and texture
# Factors of the median of non-zero gradient lengths: below the first there is no edge, above the
# second there always is one.
LOW, HIGH = 2.0, 4.0
FAINTEST = 20.0  # a gradient below it is no edge in a picture of one colour either


def canny_lines(pixels):
    """Marks edges.

    Args:
        pixels: `[H, W, 3]` uint8 RGB.

    Returns:
        `[H, W]` bool, True on edges, which are one pixel wide.

    Source:
        Canny 1986; thresholds follow the picture's own contrast. It stands in for HED, whose
        thresholded maps the release uses: it also draws texture, and thinner lines.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), BLUR)
    across, down = (cv2.Sobel(grey, cv2.CV_16S, *axis) for axis in ((1, 0), (0, 1)))
    length = np.abs(across.astype(np.int32)) + np.abs(down)
    typical = max(float(np.median(length)), FAINTEST)
    return cv2.Canny(across, down, LOW * typical, HIGH * typical) > 0
