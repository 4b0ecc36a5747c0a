"""How far apart two sets of pictures are, by their pooled features; all NumPy in float64."""

import numpy as np

BLOCK = 1024  # rows of a matrix of kernels that exist at once


def frechet_distance(real, made):
    """The squared Fréchet distance of the normal distributions with the sets' moments.

    Args:
        real, made: `[N, D]` and `[M, D]` floats, N and M at least 2.

    Returns:
        float, 0 for equal moments. It depends on the number of pictures: compare sets of one size.

    Formula:
        |m - n|^2 + tr(A + B - 2 (A B)^(1/2)), means m, n and covariances A, B over N - 1.

    Source:
        Heusel et al. 2017, equation 6, which uses the features of a particular Inception network.
    """
    real, made = np.asarray(real, np.float64), np.asarray(made, np.float64)
    shift = real.mean(axis=0) - made.mean(axis=0)
    x, y = _factor(real), _factor(made)
    # With A = x'x and B = y'y the non-zero eigenvalues of A B are those of (x y')(x y')'.
    cross = np.linalg.svd(x @ y.T, compute_uv=False).sum()
    distance = shift @ shift + np.square(x).sum() + np.square(y).sum() - 2 * cross
    return max(float(distance), 0.0)


def kernel_distance(real, made):
    """The squared maximum mean discrepancy under a cubic kernel, without bias.

    Args:
        real, made: as above.

    Returns:
        float, near 0 for sets of one distribution, as often below it as above; its expectation does
        not depend on the number of pictures.

    Formula:
        mean k(x, x') + mean k(y, y') - 2 mean k(x, y) over x != x', y != y',
        k(x, y) = (x . y / D + 1)^3.

    Source:
        Binkowski et al. 2018, section 4, which uses features of a particular Inception network;
        over all pictures at once.
    """
    real, made = np.asarray(real, np.float64), np.asarray(made, np.float64)
    within = sum(
        (_kernel_sum(x, x) - _kernel(np.square(x).sum(axis=1), x.shape[1]).sum())
        / (len(x) * (len(x) - 1))
        for x in (real, made)
    )
    return float(within - 2 * _kernel_sum(real, made) / (len(real) * len(made)))


def _factor(x):
    """A matrix with as few rows as possible whose product with itself is the covariance."""
    x = (x - x.mean(axis=0)) / np.sqrt(len(x) - 1)
    return np.linalg.qr(x, mode="r") if len(x) > x.shape[1] else x


def _kernel_sum(x, y):
    blocks = (x[start : start + BLOCK] for start in range(0, len(x), BLOCK))
    return sum(_kernel(block @ y.T, x.shape[1]).sum() for block in blocks)


def _kernel(products, size):
    return (products / size + 1) ** 3
