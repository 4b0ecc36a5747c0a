"""Both implementations of attention as functions of the same arguments."""

import numpy as np
import tensorflow as tf

from inpaint_tf.ops import attention
from inpaint_tf.ops.attention.fast import attend_in_blocks
from inpaint_tf.ops.attention.keys import Rules


def random(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


def reference(foreground, background, mask, rate, kernel_size, propagation_size, masking):
    key_grid = attention.grid_size(background, rate)
    queries, keys = (attention.reduce(x, rate) for x in (foreground, background))
    scores = attention.match_scores(queries, keys, kernel_size)
    scores = attention.propagate_scores(scores, propagation_size, key_grid)
    known = None
    if mask is not None:
        known = attention.known_patches(attention.reduce(mask, rate), kernel_size)
    weights = attention.attend(scores, known, 3.0, masking)
    best = tf.argmax(weights, axis=-1, output_type=tf.int32)
    return attention.paste_patches(weights, background, rate), best


def fast(foreground, background, mask, rate, kernel_size, propagation_size, masking, **options):
    key_grid = attention.grid_size(background, rate)
    rules = Rules(key_grid, kernel_size, propagation_size, 3.0, masking)
    return attend_in_blocks(foreground, background, mask, rules, rate, **options)


def with_gradients(function, foreground, background, *rest, **options):
    """Features, best keys, and gradients of the foreground and the background."""
    numbers = random(2**14, seed=4)  # enough for every case; the size may be unknown
    upstream = tf.reshape(numbers[: tf.size(foreground)], tf.shape(foreground))
    with tf.GradientTape() as tape:
        tape.watch([foreground, background])
        features, best = function(foreground, background, *rest, **options)
    return features, best, *tape.gradient(features, [foreground, background], upstream)


def assert_same(got, want):
    np.testing.assert_array_equal(got[1], want[1])
    for have, should in ((got[0], want[0]), *zip(got[2:], want[2:])):
        # Gradients reach 20 or so, and are sums of thousands of terms.
        limit = 1e-5 * max(1.0, float(np.abs(should).max()))
        np.testing.assert_allclose(have, should, atol=limit)


def assert_best_of_window(best, want, needed, rate):
    """The best keys of all queries whose patches cover the window of features by their middle."""
    best, want = np.asarray(best), np.asarray(want)
    assert best.shape == want.shape
    rows, columns = (slice(-(-span.start // rate), span.stop // rate) for span in needed)
    np.testing.assert_array_equal(best[:, rows, columns], want[:, rows, columns])
