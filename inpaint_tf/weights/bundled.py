"""The weights that come with the package."""

import os
from importlib import resources

NAME = "deepfill_v1_photos.safetensors"


def bundled_weights():
    """The path of the bundled weights: DeepFill v1 of width 32, trained on photos.

    `inpaint_tf/bundled/MODEL_CARD.md` says on what, for how long and with what result.
    """
    return os.fspath(resources.files("inpaint_tf").joinpath("bundled", NAME))
