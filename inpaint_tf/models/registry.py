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


def create_model(name, **options):
    """Builds a generator with fresh weights.

    Args:
        name: a key of `MODELS`, such as "deepfill_v1".
        **options: keyword arguments of that model, below, and `dtype`, Keras's policy.

    Returns:
        A built Keras model; `generator(image, mask)` gives an `Inpainting`.

    Raises:
        InputError: the name or an option is unknown, or an option's value is not allowed.
    """
    return build_model(name, options)


def build_model(name, options):
    """As `create_model`, the options as a dictionary."""
    if name not in MODELS:
        raise InputError(f"There is no model {name!r}; expected one of {', '.join(MODELS)}.")
    known = options_of(MODELS[name])
    for option in options:
        if option not in [*known, "dtype"]:
            raise InputError(f"{name} has no option {option!r}; expected {', '.join(known)}.")
    try:
        return MODELS[name](**options)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} cannot be built: {error}") from error


def options_of(model_class):
    """The options of a network and their defaults, as parameters by name."""
    parameters = inspect.signature(model_class).parameters
    return {name: parameter for name, parameter in parameters.items() if name != "kwargs"}


def model_name(model):
    """The name under which `create_model` builds this kind of model."""
    return next(name for name, each in MODELS.items() if type(model) is each)


class _OfTheModel:
    """A default in signatures, for options whose default differs from model to model."""

    def __repr__(self):
        return "of the model"


def _list_options(function):
    """Puts the options of all models' classes into a function's signature and help."""
    lines = ["Options:"]
    names = dict.fromkeys(["dtype"])
    for name, model_class in MODELS.items():
        options = options_of(model_class)
        names = {**dict.fromkeys(options), **names}
        lines.append(f"    {name}: {', '.join(map(str, options.values()))}")
    head, raises = function.__doc__.split("    Raises:\n")
    indented = "\n".join(f"    {line}" for line in lines)
    function.__doc__ = f"{head}{indented}\n\n    Raises:\n{raises}"
    shown = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_OfTheModel())
        for name in names
    ]
    first = inspect.Parameter("name", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    function.__signature__ = inspect.Signature([first, *shown])


_list_options(create_model)
