"""More channels for a trained network, without losing what it has learned."""

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.models.registry import MODELS, build_model
from inpaint_tf.models.two_stage import TwoStageGenerator
from inpaint_tf.weights.variables import named_variables

# The features that attention compares: new ones start small, so as not to dominate the comparison.
_COMPARED = "inpaint_net/pmconv6"
_COMPARED_SCALE = 0.1
# With attention it reads two branches side by side, each of which is wider now.
_JOINED = "inpaint_net/allconv11"


def widen(weights, width, seed=0):
    """Weights of a wider network that computes the same as the given one.

    New channels start as in a fresh network, but do not affect old ones yet: the weights from new
    to old channels are zero. Training continues from there. Only the attention sees a little of the
    new channels, since it compares all of them.

    Args:
        weights: `Weights` that fit their model; critics are kept as they are.
        width: int, above the present one.
        seed: int, of the new channels' weights.

    Returns:
        `Weights`.

    Raises:
        InputError: the width is not larger, or the network does not allow it or any other.

    Source:
        Chen, Goodfellow and Shlens, "Net2Net: Accelerating Learning via Knowledge Transfer",
        ICLR 2016, but with zeros instead of copies, so no noise is needed to make them differ.
    """
    if not issubclass(MODELS[weights.model], TwoStageGenerator):
        raise InputError(f"{weights.model} cannot be widened; expected a two-stage network.")
    present = weights.options["width"]
    if width <= present:
        raise InputError(
            f"width is {width}, expected more than the {present} that the weights have: "
            "a network can be widened, not narrowed."
        )
    options = {**weights.options, "width": width}
    wide = build_model(weights.model, options)
    random = np.random.default_rng(seed)
    arrays = dict(weights.arrays)
    branches = 2 if wide.options["attention"] else 1
    for name, variable in named_variables(wide).items():
        scope = name.rpartition("/")[0]
        inputs = branches if scope == _JOINED else 1
        outputs = 2 if getattr(wide.scopes[scope], "gated", False) else 1  # features, then gates
        old = arrays[name].astype(np.float32)
        arrays[name] = _widened(name, old, variable.shape, (inputs, outputs), random)
    provenance = {**weights.provenance, "widened": f"from {present} to {width}, seed {seed}"}
    return weights._replace(options=options, arrays=arrays, provenance=provenance)


def _widened(name, array, shape, blocks, random):
    scope, _, part = name.rpartition("/")
    outputs = _old_places(array.shape[-1], shape[-1], blocks[1])
    if part == "bias":
        bias = np.zeros(shape, np.float32)
        bias[outputs] = array
        return bias
    inputs = _old_places(array.shape[2], shape[2], blocks[0])
    # Glorot and Bengio's uniform distribution, as in fresh layers.
    area = shape[0] * shape[1]
    limit = np.sqrt(6.0 / (area * (shape[2] + shape[3])))
    kernel = random.uniform(-limit, limit, shape).astype(np.float32)
    if scope == _COMPARED:
        kernel *= np.float32(_COMPARED_SCALE)
    kernel[..., outputs] = 0
    kernel[:, :, inputs[:, None], outputs] = array
    return kernel


def _old_places(old, new, blocks):
    """The positions of the old channels among the new ones: first in each of several blocks."""
    starts = np.arange(blocks) * (new // blocks)
    return (starts[:, None] + np.arange(old // blocks)).ravel()
