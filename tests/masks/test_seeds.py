"""Random numbers: functions of the seed, alike with and without XLA."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.masks.seeds import fold, integers, uniform


def draw(seed):
    own = fold(seed, 1, tf.constant(2**40 + 5, tf.int64))
    return own, uniform(own, [7]), uniform(own, [3, 5], -1.0, 2.0), integers(own, 2, 5, [30])


@pytest.mark.parametrize("jit", [False, True])
def test_compiled_draws_are_the_same(jit):
    seed = tf.constant([3, 4])
    compiled = tf.function(draw, jit_compile=jit)
    for plain, graph in zip(draw(seed), compiled(seed)):
        # The bits are the same; XLA may scale them with one rounding instead of two.
        np.testing.assert_allclose(plain, graph, atol=2e-7)


@pytest.mark.parametrize("jit", [False, True])
def test_bits_are_those_of_tensorflow(jit):
    def draws(seed):
        folded = fold(seed, 7, tf.constant(3 * 2**33 + 11, tf.int64))
        return folded, uniform(folded, [2, 3]), uniform(seed)

    def theirs(seed):
        folded = seed
        for part in (7, 0, 11, 12):  # lower and upper half of either number
            folded = tf.random.experimental.stateless_fold_in(folded, part, alg="philox")
        shapes = ((folded, [2, 3]), (seed, []))
        bits = [
            tf.random.stateless_uniform(shape, each, None, None, tf.int32, alg="philox")
            for each, shape in shapes
        ]
        return folded, *(tf.cast(each % 2**23, tf.float32) / 2**23 for each in bits)

    run = tf.function(draws, jit_compile=jit)
    for seed in ([0, 0], [-5, 2**31 - 1], [123456789, -(2**31)]):
        seed = tf.constant(seed, tf.int32)
        for plain, graph, want in zip(draws(seed), run(seed), theirs(seed)):
            np.testing.assert_array_equal(plain, want)
            np.testing.assert_allclose(graph, want, atol=2e-7)


def test_ranges_and_means():
    seed = tf.constant([0, 1])
    numbers = uniform(seed, [4000], -1.0, 2.0).numpy()
    assert -1 <= numbers.min() < -0.98 and 1.98 < numbers.max() < 2
    assert abs(numbers.mean() - 0.5) < 4 * 0.87 / 4000**0.5
    whole = integers(seed, 2, 5, [4000]).numpy()
    np.testing.assert_allclose(np.bincount(whole)[2:], [1000] * 4, atol=120)
    assert len(np.bincount(whole)) == 6


def test_folding_tells_numbers_apart():
    seed = tf.constant([0, 1])
    folded = [fold(seed, n).numpy().tobytes() for n in (0, 1, 2**31, 2**33)]
    assert len({*folded, fold(tf.constant([1, 1]), 0).numpy().tobytes()}) == 5
    np.testing.assert_array_equal(fold(seed, 1, 2), fold(fold(seed, 1), 2))
