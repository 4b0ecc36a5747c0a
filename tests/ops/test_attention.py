"""The steps of contextual attention, one by one."""

import numpy as np
import pytest
import tensorflow as tf
from oracles import contextual_attention, patch

from inpaint_tf.ops.attention import (
    attend,
    best_offsets,
    grid_size,
    known_patches,
    match_scores,
    paste_patches,
    propagate_scores,
    reduce,
)


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_scores_are_inner_products_with_patches_of_unit_length():
    foreground, background = random(2, 4, 5, 3), random(2, 3, 6, 3, seed=1)
    scores = match_scores(tf.constant(foreground), tf.constant(background), 3)
    assert scores.shape == (2, 4, 5, 18)
    for item, (i, j), (k, n) in [(0, (0, 0), (2, 5)), (1, (3, 2), (1, 4)), (1, (1, 4), (0, 0))]:
        key = patch(background[item], k, n, 3)
        want = (patch(foreground[item], i, j, 3) * key).sum() / np.linalg.norm(key)
        np.testing.assert_allclose(scores[item, i, j, k * 6 + n], want, rtol=1e-5, atol=1e-6)


def test_propagation_runs_on_into_the_next_row_and_column():
    # One score of 1 at query (1, 0) and key (2, 0) of a 3x4 grid: by rows it reaches query
    # (0, 3), key (1, 3) - the end of the row before - and query (1, 1), key (2, 1).
    scores = np.zeros([1, 3, 4, 12], np.float32)
    scores[0, 1, 0, 2 * 4 + 0] = 1
    got = propagate_scores(tf.constant(scores), 3, (3, 4)).numpy().reshape(3, 4, 3, 4)
    reached = {tuple(place) for place in np.argwhere(got)}
    by_rows = {(1, 0, 2, 0), (0, 3, 1, 3), (1, 1, 2, 1)}
    # By columns each of these reaches the place below (the top of the next column) and above.
    by_columns = {
        (2, 0, 0, 1),  # below (1, 0) is (2, 0); below (2, 0) is the top of column 1
        (0, 0, 1, 0),
        (1, 3, 2, 3),  # below (0, 3) is (1, 3); above it is the end of column 2
        (2, 2, 0, 3),
        (2, 1, 0, 2),
        (0, 1, 1, 1),
    }
    assert reached == by_rows | by_columns
    assert got.max() == 1


def test_propagation_of_size_one_changes_nothing():
    scores = tf.constant(random(2, 3, 4, 10))
    np.testing.assert_array_equal(propagate_scores(scores, 1, (2, 5)), scores)


def test_a_patch_is_known_when_it_touches_no_hole():
    mask = np.zeros([2, 4, 5, 1], np.float32)
    mask[0, 1, 3] = 1
    mask[1, 0, 0] = 1
    known = known_patches(tf.constant(mask), 3).numpy().reshape(2, 4, 5)
    np.testing.assert_array_equal(known[0], [[1, 1, 0, 0, 0]] * 3 + [[1] * 5])
    np.testing.assert_array_equal(known[1], [[0, 0, 1, 1, 1]] * 2 + [[1] * 5] * 2)


def test_multiplied_masking_leaves_unknown_patches_their_share():
    scores = tf.constant([0.3, 0.1, 0.5], shape=[1, 1, 1, 3])
    got = attend(scores, tf.constant([[1.0, 1.0, 0.0]]), 10.0)[0, 0, 0]
    # Logits 3, 1 and 0.
    total = np.exp(3) + np.exp(1) + 1
    np.testing.assert_allclose(got, [np.exp(3) / total, np.exp(1) / total, 0], rtol=1e-6)


def test_excluded_patches_take_no_share():
    scores = tf.constant([0.3, 0.1, 0.5], shape=[1, 1, 1, 3])
    got = attend(scores, tf.constant([[1.0, 1.0, 0.0]]), 10.0, "exclude")[0, 0, 0]
    np.testing.assert_allclose(got, [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2)), 0], rtol=1e-6)


@pytest.mark.parametrize("masking", ["multiply", "exclude"])
def test_nothing_known_gives_no_attention(masking):
    got = attend(tf.constant(random(1, 2, 2, 4)), tf.zeros([1, 4]), 10.0, masking)
    np.testing.assert_array_equal(got, np.zeros([1, 2, 2, 4]))


def test_softmax_is_taken_in_float32():
    scores = tf.constant([[1.0, 1.001, 0.9]], shape=[1, 1, 1, 3], dtype=tf.float32)
    want = attend(tf.cast(tf.cast(scores, tf.bfloat16), tf.float32), None, 50.0)
    got = attend(tf.cast(scores, tf.bfloat16), None, 50.0)
    assert got.dtype == tf.bfloat16
    np.testing.assert_array_equal(got, tf.cast(want, tf.bfloat16))


def test_pasting_one_patch_puts_it_at_the_query():
    background = random(1, 6, 8, 2)
    attention = np.zeros([1, 3, 4, 12], np.float32)
    attention[0, 1, 2, 1 * 4 + 1] = 1  # query (1, 2) copies key (1, 1)
    got = paste_patches(tf.constant(attention), tf.constant(background), 2)[0]
    want = np.zeros([6, 8, 2], np.float32)
    want[1:5, 3:7] = background[0, 1:5, 1:5] / 4  # 4x4 around block (1, 2) from around (1, 1)
    np.testing.assert_allclose(got, want, atol=1e-7)


def test_offsets_unravel_with_the_width_of_the_background():
    attention = np.zeros([1, 2, 3, 10], np.float32)
    attention[0, 1, 2, 7] = 1  # key 7 of a 2x5 grid is (1, 2)
    attention[0, 0, 1, 4] = 1  # key 4 is (0, 4)
    got = best_offsets(tf.constant(attention), (2, 5))
    assert got[0, 1, 2].numpy().tolist() == [0, 0]
    assert got[0, 0, 1].numpy().tolist() == [0, 3]
    assert got[0, 1, 0].numpy().tolist() == [-1, 0]


@pytest.mark.parametrize("rate", [1, 2, 3, 4])
@pytest.mark.parametrize("masking", ["multiply", "exclude"])
def test_all_steps_together_agree_with_the_patch_loop(rate, masking):
    foreground = random(1, 4 * rate, 3 * rate, 2)
    background = random(1, 3 * rate, 5 * rate, 2, seed=1)
    mask = np.zeros([1, 3 * rate, 5 * rate, 1], np.float32)
    mask[:, :rate, -rate:] = 1
    want, want_attention = contextual_attention(
        foreground[0], background[0], mask[0], rate=rate, masking=masking
    )
    f, b, m = (tf.constant(x) for x in (foreground, background, mask))
    scores = match_scores(reduce(f, rate), reduce(b, rate), 3)
    scores = propagate_scores(scores, 3, grid_size(b, rate))
    attention = attend(scores, known_patches(reduce(m, rate), 3), 10.0, masking)
    np.testing.assert_allclose(attention[0], want_attention, atol=2e-5)
    np.testing.assert_allclose(paste_patches(attention, b, rate)[0], want, atol=2e-5)


def test_a_size_that_the_rate_does_not_divide_is_refused():
    with pytest.raises(ValueError, match="width must be a multiple of rate=2, got 5"):
        grid_size(tf.zeros([1, 4, 5, 1]), 2)
