"""The mean of two trainings of one network."""

import numpy as np

from inpaint_tf.errors import InputError


def average(weights, other, source):
    """The mean of the weights of two networks, one of which went on from the other.

    It has most of what the later training brought and less of what it cost: where the loss
    changed, the mean of before and after is often better by both measures than either.

    Args:
        weights, other: `Weights` of one model with the same options.
        source: where `other` comes from, for the errors and the provenance.

    Returns:
        `Weights` as `weights`, without critics.

    Raises:
        InputError: they are not of the same network.

    Source:
        Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, with a half of each.
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
