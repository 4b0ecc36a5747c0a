"""Random numbers for one hole: a seed gives the same ones on every machine and NumPy."""

import numpy as np


class Draw:
    """Draws numbers one after the other.

    Args:
        *seed: ints; different ones give different numbers.
    """

    def __init__(self, *seed):
        # Only the bits come from NumPy: how it makes numbers of them may change.
        self._bits = np.random.PCG64(list(seed))

    def unit(self):
        """A float in [0, 1)."""
        return (int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low, high):
        """A float in [low, high)."""
        return low + (high - low) * self.unit()

    def integer(self, low, high):
        """An int from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def units(self, *shape):
        """An array of floats in [0, 1)."""
        count = int(np.prod(shape))
        raw = self._bits.random_raw(count) >> np.uint64(11)
        return (raw.astype(np.float64) * 2.0**-53).reshape(shape)
