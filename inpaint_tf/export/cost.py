"""The cost of a generator: parameters, arithmetic."""

import math

from inpaint_tf.weights.variables import named_variables

MEGAPIXEL = 1e6
ATTENTION_GRID = 8  # pixels of the picture for every patch that is compared, in each direction


def parameters(model):
    """The number of parameters of the generator."""
    return sum(math.prod(variable.shape) for variable in named_variables(model).values())


def convolution_gflops(model):
    """Arithmetic of the convolutions, 1e9 operations per megapixel of the padded picture.

    A product and a sum are two operations. Attention is not included: it grows with the square
    of the picture, see `patches`.
    """
    total = sum(
        2 * math.prod(convolution.kernel.shape) / reduced**2
        for convolution, reduced in model.placed_convolutions()
    )
    return total * MEGAPIXEL / 1e9


def patches(height, width):
    """How many patches attention compares with each other in a picture of this size."""
    return math.ceil(height / ATTENTION_GRID) * math.ceil(width / ATTENTION_GRID)
