"""Fresh weights that are the same in every run."""

import random
import sys

import numpy as np


def seed_weights(number):
    """Sets what Keras draws its seeds from.

    Not `keras.utils.set_random_seed`: TensorFlow's own seed, which nothing here depends on, makes
    every compiled function of the process be optimized anew.
    """
    random.seed(number)
    np.random.seed(number)
    keras_2 = getattr(sys.modules.get("keras.src.backend"), "_SEED_GENERATOR", None)
    if keras_2 is not None:
        keras_2.generator = random.Random(number)
