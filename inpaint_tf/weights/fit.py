"""Networks for weights, built only if the weights fit."""

from concurrent.futures import ThreadPoolExecutor

from inpaint_tf.compat import shapes_alone
from inpaint_tf.models.registry import build_model
from inpaint_tf.weights.variables import assign_arrays, named_variables, require_shapes


def fitted_model(weights, source, **options):
    """Builds the generator that weights belong to, and loads them.

    Args:
        weights: a `Weights`.
        source: their origin, for errors.
        **options: override those of the weights.

    Returns:
        A generator of `create_model`; its `detail` is that of the weights.

    Raises:
        InputError: the weights do not fit; raised before any variable takes memory.
    """
    options = {**weights.options, **options}
    shapes = shapes_of(lambda: build_model(weights.model, options))
    require_shapes(shapes, weights.arrays, source)
    model = build_model(weights.model, options)
    assign_arrays(model, weights.arrays, source)
    model.detail = weights.detail
    return model


def shapes_of(make, variables_of=named_variables):
    """The shapes of a network's variables by name, without allocating them.

    Args:
        make: function that builds a network without computing with its variables.
        variables_of: function of the network that gives them by name.

    Returns:
        dict of name -> tuple.
    """

    def shapes():
        with shapes_alone() as shape_of:
            return {name: shape_of(v) for name, v in variables_of(make()).items()}

    # Keras counts names of layers by thread, so those of the real network are not affected.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(shapes).result()
