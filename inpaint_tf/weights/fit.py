"""Networks for weights, which are built only where the weights fit."""

from concurrent.futures import ThreadPoolExecutor

from inpaint_tf.compat import shapes_alone
from inpaint_tf.models.registry import build_model
from inpaint_tf.weights.variables import assign_arrays, named_variables, require_shapes


def fitted_model(weights, source, **options):
    """Builds the generator of weights and puts them into it.

    Args:
        weights: a `Weights`.
        source: where they come from, for the errors.
        **options: override what the weights say.

    Returns:
        A generator as of `create_model`; its `detail` is what the weights say.

    Raises:
        InputError: the weights do not fit, which is found before any variable has memory.
    """
    options = {**weights.options, **options}
    shapes = shapes_of(lambda: build_model(weights.model, options))
    require_shapes(shapes, weights.arrays, source)
    model = build_model(weights.model, options)
    assign_arrays(model, weights.arrays, source)
    model.detail = weights.detail
    return model


def shapes_of(make, variables_of=named_variables):
    """The shapes of a network's variables by name, for which no memory is taken.

    Args:
        make: function that builds a network and computes nothing with its variables.
        variables_of: function of the network that gives them by name.

    Returns:
        dict of name -> tuple.
    """

    def shapes():
        with shapes_alone() as shape_of:
            return {name: shape_of(v) for name, v in variables_of(make()).items()}

    # Keras counts the names of layers by thread: those of the network itself begin as ever.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(shapes).result()
