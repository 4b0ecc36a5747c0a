"""The mean of two trainings of one network."""

import numpy as np

from inpaint_tf.errors import InputError


def average(weights, other, source):
    """The mean of the weights of two networks, one of which was trained further from the other.

    It keeps most of what the later training gained, and loses less of what it cost: if the loss
    changed, the mean of before and after is often better than either by both measures.

    Args:
        weights, other: `Weights` of one model with the same options.
        source: the origin of `other`, for errors and the provenance.

    Returns:
        `Weights` like `weights`, without critics.

    Raises:
        InputError: they are not of the same network.

    Source:
        Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, with equal weights.
    """
    kept = {name: a for name, a in weights.arrays.items() if not name.startswith("discriminator/")}
    if (other.model, _shapes(other, kept)) != (weights.model, _shapes(weights, kept)):
        raise InputError(
            f"{source} holds another network ({other.model} {other.options}); expected one of the "
            f"same layers ({weights.model} {weights.options})."
        )
    arrays = {
        name: (0.5 * (array.astype(np.float64) + other.arrays[name])).astype(np.float32)
        for name, array in kept.items()
    }
    provenance = {**weights.provenance, "averaged_with": str(source)}
    return weights._replace(arrays=arrays, provenance=provenance)


def _shapes(weights, names):
    return {name: np.shape(weights.arrays.get(name)) for name in names}
