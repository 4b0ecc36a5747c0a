"""Small two-stage networks for the tests that all of them must pass."""

import numpy as np

from inpaint_tf import create_model

# For each network: channels of its first convolution for every feature (half of v2's are gates),
# and the variance of a layer's output that keeps features alive through forty layers.
NETWORKS = {"deepfill_v1": (1, 1.5), "deepfill_v2": (2, 4.0)}


def lively(name="deepfill_v1", features=4, **options):
    """A network whose outputs depend on everything: no zero biases, no vanishing."""
    multiple, variance = NETWORKS[name]
    model = create_model(name, width=multiple * features, **options)
    rng = np.random.default_rng(0)
    for variable in model.trainable_variables:
        fan_in = np.prod(variable.shape[:-1])
        scale = 0.1 if len(variable.shape) == 1 else np.sqrt(variance / fan_in)
        variable.assign(rng.normal(size=variable.shape) * scale)
    return model


def a_picture(*size, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, [*size, 3]).astype(np.float32)


def a_hole(*size):
    mask = np.zeros([*size, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    return mask
