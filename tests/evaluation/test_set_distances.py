"""Distances of sets of features: formulas by hand, slow loops, and what they must tell apart."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from inpaint_tf.evaluation import set_distances
from inpaint_tf.evaluation.set_distances import frechet_distance, kernel_distance


def normal(count, size, seed=0, scale=1.0, shift=0.0):
    draw = np.random.default_rng(seed)
    mixed = draw.normal(size=[count, size]) @ np.random.default_rng(9).normal(size=[size, size])
    return shift + scale * mixed


def test_frechet_of_single_numbers_by_hand():
    real, made = np.array([[1.0], [3.0]]), np.array([[2.0], [10.0]])  # variances 2 and 32
    want = (2 - 6) ** 2 + 2 + 32 - 2 * np.sqrt(2 * 32)
    assert frechet_distance(real, made) == pytest.approx(want)


@pytest.mark.parametrize("counts", [(40, 30), (7, 30), (5, 6)])
def test_frechet_agrees_with_roots_of_matrices(counts):
    """With more and with fewer pictures than features."""
    real, made = normal(counts[0], 8), normal(counts[1], 8, seed=1, scale=1.5, shift=0.4)
    a, b = np.cov(real, rowvar=False), np.cov(made, rowvar=False)
    shift = real.mean(axis=0) - made.mean(axis=0)
    want = shift @ shift + np.trace(a + b - 2 * np.real(sqrtm(a @ b)))
    # The root of a singular matrix is good to half the digits.
    assert frechet_distance(real, made) == pytest.approx(want, rel=1e-4)
    assert frechet_distance(made, real) == pytest.approx(frechet_distance(real, made))


def test_frechet_of_a_set_with_itself_is_nothing():
    real = normal(20, 6)
    assert frechet_distance(real, real[::-1]) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(real, real + 3) == pytest.approx(6 * 9)


def test_kernel_agrees_with_loops_over_pairs(monkeypatch):
    monkeypatch.setattr(set_distances, "BLOCK", 3)  # several blocks, the last one shorter
    real, made = normal(7, 4), normal(5, 4, seed=1, shift=0.3)

    def kernel(x, y):
        return (np.dot(x, y) / 4 + 1) ** 3

    def within(xs):
        pairs = [kernel(x, y) for i, x in enumerate(xs) for j, y in enumerate(xs) if i != j]
        return np.mean(pairs)

    across = np.mean([kernel(x, y) for x in real for y in made])
    want = within(real) + within(made) - 2 * across
    assert kernel_distance(real, made) == pytest.approx(want)


def test_kernel_is_without_bias():
    """Of sets of one distribution it is nothing in the mean, however small they are."""
    draw = np.random.default_rng(0)
    found = [kernel_distance(*draw.normal(size=[2, 4, 3])) for _ in range(3000)]
    spread = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found)) < 4 * spread and np.std(found) > 0.1
    shifted = [kernel_distance(x, y + 1) for x, y in draw.normal(size=[300, 2, 4, 3])]
    assert np.mean(shifted) > 1
