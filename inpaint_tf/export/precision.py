"""The generator in the precision in which it will be served."""

from inpaint_tf.compat import set_dtype_policy
from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.weights.fit import fitted_model

PRECISIONS = ("float32", "float16", "bfloat16")


def make_generator(weights, precision, source, **options):
    """Builds the generator of a weights file.

    Args:
        weights: a `Weights`.
        precision: type in which convolutions are stored and computed. Contextual attention always
            stays in float32: its scores and norms are sums of a thousand products, and its softmax
            amplifies their errors exponentially.
        source: where the weights come from, for the errors.
        **options: override those of the weights.

    Returns:
        A generator of `create_model`.
    """
    model = fitted_model(weights, source, **{**options, "dtype": precision})
    if isinstance(model.attention, ContextualAttention) and precision != "float32":
        set_dtype_policy(model.attention, "float32")
    return model
