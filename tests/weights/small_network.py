"""A network of width 4 for the tests of weights."""

import numpy as np

import inpaint_tf
from inpaint_tf.weights.variables import named_variables


def inputs():
    image = np.random.default_rng(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    return image * (1 - mask), mask


def small_model(name="deepfill_v1", **options):
    return inpaint_tf.create_model(name, **{"width": 4, **options})


def small_arrays(name="deepfill_v1", **options):
    model = small_model(name, **options)
    return {name: np.asarray(v) for name, v in named_variables(model).items()}
