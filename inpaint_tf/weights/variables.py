"""A model's variables by the original's names, and arrays loaded into them."""

import numpy as np

from inpaint_tf.errors import InputError

SHOWN = 3  # names listed in an error before "and N more"


def named_variables(model):
    """The model's variables by name.

    Args:
        model: a model with `scopes`, the original's scope -> layer. A layer names its variables
            by `named_variables`, a dict of name below its scope -> variable; one without it has
            `kernel` and `bias`.

    Returns:
        dict such as `{"inpaint_net/conv1/kernel": variable, "inpaint_net/conv1/bias": ...}`.
    """
    return {
        f"{scope}/{part}": variable
        for scope, layer in model.scopes.items()
        for part, variable in _of_layer(layer).items()
    }


def _of_layer(layer):
    if hasattr(layer, "named_variables"):
        return layer.named_variables
    return {"kernel": layer.kernel, "bias": layer.bias}


def trained(variables):
    """The variables that learn, of a dict by name; the others are states of layers."""
    return {name: variable for name, variable in variables.items() if variable.trainable}


def assign_arrays(model, arrays, source):
    """Loads arrays into a model's variables, all of them or none.

    Args:
        model: as in `named_variables`.
        arrays: dict of name -> NumPy array, float of any width. Names that the model does not
            have are ignored.
        source: the origin of the arrays, for errors.

    Raises:
        InputError: a variable has no array, or one of another shape, or one that is not finite.
    """
    variables = named_variables(model)
    require_shapes({n: tuple(v.shape) for n, v in variables.items()}, arrays, source)
    wild = [name for name in variables if not np.isfinite(arrays[name]).all()]
    if wild:
        raise InputError(f"{source}: {listed(wild)} holds values that are not finite.")
    for name, variable in variables.items():
        variable.assign(np.asarray(arrays[name], np.float32))


def require_names(names, arrays, source):
    """Raises `InputError` unless `arrays` has every one of `names`."""
    missing = [name for name in names if name not in arrays]
    if missing:
        raise InputError(f"{source} lacks {listed(missing)}.")


def require_shapes(shapes, arrays, source):
    """Raises `InputError` unless `arrays` fits a dict of name -> shape."""
    require_names(shapes, arrays, source)
    odd = [
        f"{name} has shape {tuple(arrays[name].shape)}, expected {shape}"
        for name, shape in shapes.items()
        if tuple(arrays[name].shape) != shape
    ]
    if odd:
        raise InputError(f"{source} does not fit the model: {listed(odd)}.")


def listed(items):
    """The first few items, and how many more there are."""
    more = len(items) - SHOWN
    return ", ".join(items[:SHOWN]) + (f" and {more} more" if more > 0 else "")
