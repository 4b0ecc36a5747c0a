"""The metrics of a table by name; new ones are added here."""

from typing import Callable, NamedTuple

from inpaint_tf.evaluation.pixel import (
    PERFECT_PSNR,
    bounded_psnr,
    l1_percent,
    l2_percent,
    ssim,
    tv_percent,
)
from inpaint_tf.evaluation.sharpness import sharpness


class Metric(NamedTuple):
    """How one number is computed and shown.

    measure: for METRICS a function of (image, completed, hole), `[H, W, 3]` uint8 twice and
        `[H, W]` bool, that gives a float. For SET_METRICS a function without arguments that
        gives an object with `add(image, completed, hole)` and `result()`, a float, or None if
        there are too few pictures.
    label: heading of the column.
    digits: decimals shown in the table; files hold all.
    meaning: how it is computed, kept with the protocol.
    """

    measure: Callable
    label: str
    digits: int
    meaning: str


def _psnr(image, completed, hole):
    return bounded_psnr(image, completed)


def _ssim(image, completed, hole):
    return ssim(image, completed)


def _tv(image, completed, hole):
    return tv_percent(completed, hole)


# Of one picture; the table shows their means.
METRICS = {
    "l1": Metric(l1_percent, "l1 %", 2, "mean absolute difference in the hole, % of full scale"),
    "l2": Metric(l2_percent, "l2 %", 2, "mean squared difference in the hole, % of full scale"),
    "psnr": Metric(_psnr, "PSNR dB", 2, f"of the whole picture, at most {PERFECT_PSNR:g}"),
    "ssim": Metric(_ssim, "SSIM", 3, "of the whole picture, Gaussian 11x11, sigma 1.5"),
    "tv": Metric(
        _tv, "TV %", 2, "mean absolute steps down plus right in the hole, % of full scale"
    ),
    "sharpness": Metric(
        sharpness, "sharpness", 2, "mean step between neighbours in the hole, over the original's"
    ),
}

# Of all pictures in a row of the table together. Empty: `set_metrics` makes those based on the
# features of a network that the user names. FID and LPIPS need certain weights, which no library
# has without a download.
SET_METRICS = {}


def all_metrics(metrics=None, set_metrics=None):
    """Every metric by name, in the order of the columns; the arguments replace the above."""
    return {
        **(METRICS if metrics is None else metrics),
        **(SET_METRICS if set_metrics is None else set_metrics),
    }


def score(metrics, image, completed, hole):
    """The `metrics` of one picture by name."""
    return {name: metric.measure(image, completed, hole) for name, metric in metrics.items()}
