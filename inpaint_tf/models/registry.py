"""Networks by name."""

import inspect

from inpaint_tf.errors import InputError
from inpaint_tf.models.deepfill_v1 import DeepFillV1
from inpaint_tf.models.deepfill_v2 import DeepFillV2
from inpaint_tf.models.partial_conv_unet import PartialConvUNet

MODELS = {
    "deepfill_v1": DeepFillV1,
    "deepfill_v2": DeepFillV2,
    "partial_conv_unet": PartialConvUNet,
}


def create_model(name, /, **options):
    """Builds a generator with fresh weights.

    Args:
        name: a key of `MODELS`, such as "deepfill_v1".
        **options: keyword arguments of that model, such as `width`, `padding`, `attention`.

    Returns:
        A built Keras model; `generator(image, mask)` gives an `Inpainting`.

    Raises:
        InputError: the name or an option is unknown, or an option's value is not allowed.
    """
    if name not in MODELS:
        raise InputError(f"There is no model {name!r}; expected one of {', '.join(MODELS)}.")
    known = [p for p in inspect.signature(MODELS[name]).parameters if p != "kwargs"]
    for option in options:
        if option not in [*known, "dtype"]:
            raise InputError(f"{name} has no option {option!r}; expected {', '.join(known)}.")
    try:
        return MODELS[name](**options)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} cannot be built: {error}") from error


def model_name(model):
    """The name under which `create_model` builds this kind of model."""
    return next(name for name, kind in MODELS.items() if type(model) is kind)
