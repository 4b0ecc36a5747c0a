"""Detail for photos that the network saw small: the right piece, to the pixel."""

import numpy as np
import pytest
import tensorflow as tf
from detail_pictures import box, patchwork

from inpaint_tf.detail import large
from inpaint_tf.detail.large import with_large_detail
from inpaint_tf.detail.levels import fine_levels
from inpaint_tf.ops.resize import enlarge, shrink, shrink_mask

HEIGHT, WIDTH = 480, 600
PERIOD = (37, 53)  # multiples of no scale


def texture(seed=0, period=PERIOD, scale=1):
    """A smooth random texture that repeats, `[480, 600, 3]` float32."""
    random = np.random.default_rng(seed)
    tile = random.normal(size=[*period, 3])
    for axis, side in enumerate(period):
        waves = np.fft.fftfreq(side).reshape([-1 if each == axis else 1 for each in range(3)])
        low = np.exp(-np.square(waves * 12) / 2)
        tile = np.fft.ifft(np.fft.fft(tile, axis=axis) * low, axis=axis).real
    tile *= 0.4 / tile.std()
    times = (-(-HEIGHT // period[0]), -(-WIDTH // period[1]), 1)
    return np.clip(np.tile(tile, times)[:HEIGHT, :WIDTH], -1, 1).astype(np.float32)


def hole_of(top=170, left=200, rows=150, columns=210):
    hole = np.zeros([HEIGHT, WIDTH], np.float32)
    hole[top : top + rows, left : left + columns] = 1
    return hole


def soft(image, scale, sigma=2.5):
    """What a network would paint: the small photo without detail."""
    small = shrink(image[None], scale)[0].numpy()
    kernel = np.exp(-np.square(np.arange(-8, 9) / sigma) / 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        padded = np.pad(small, [(8, 8) if each == axis else (0, 0) for each in range(3)], "wrap")
        small = sum(
            weight * np.take(padded, np.arange(small.shape[axis]) + place, axis)
            for place, weight in enumerate(kernel)
        )
    return small.astype(np.float32)


def small_with_hole(image, hole, scale):
    inside = shrink_mask(hole[None, ..., None], scale)[0].numpy() > 0
    return np.where(inside, soft(image, scale), shrink(image[None], scale)[0].numpy())


@pytest.fixture(scope="module")
def run():
    picture, plane = tf.TensorSpec([None, None, 3]), tf.TensorSpec([None, None])

    @tf.function(
        input_signature=[picture, plane, plane, picture, tf.TensorSpec([], tf.int32)],
        autograph=False,
    )
    def compiled(image, hole, usable, small, scale):
        return with_large_detail(image, hole, usable, small, None, scale)

    def detailed(image, hole, scale, usable=None, small=None, with_shifts=False):
        usable = 1 - hole if usable is None else usable
        small = small_with_hole(image, hole, scale) if small is None else small
        shown = np.where(hole[..., None] > 0, np.float32(0.9), image)  # nobody may look there
        completed, shifts = compiled(shown, hole, usable, small, scale)
        return (completed.numpy(), shifts.numpy()) if with_shifts else completed.numpy()

    return detailed


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_repeating_texture_goes_on_in_phase(run, scale):
    image, hole = texture(), hole_of()
    found, inside = run(image, hole, scale), hole > 0
    enlarged = enlarge(small_with_hole(image, hole, scale)[None], scale)[0].numpy()
    without = np.abs(enlarged - image)[inside].mean()
    assert np.abs(found - image)[inside].mean() < 0.15 * without
    np.testing.assert_array_equal(found[~inside], image[~inside])


def test_each_of_two_textures_stays_on_its_side(run):
    left, right = texture(1, (31, 29)), texture(2, (23, 41))
    image = np.concatenate([left[:, :300], right[:, 300:]], axis=1)
    hole = hole_of(150, 180, 120, 240)
    found = run(image, hole, 2)
    for side, other, columns in ((left, right, slice(180, 270)), (right, left, slice(330, 420))):
        here = found[150:270, columns]
        assert (
            np.abs(here - side[150:270, columns]).mean()
            < 0.3 * np.abs(here - other[150:270, columns]).mean()
        )


def test_nothing_comes_from_where_it_may_not(run):
    image, hole = texture(), hole_of()
    stripes = image.copy()
    stripes[:, 420:] = np.where(np.arange(180)[None, :, None] % 2, 1, -1)
    usable = 1 - hole
    usable[:, 400:] = 0
    found = run(stripes, hole, 2, usable=usable, small=small_with_hole(image, hole, 2))
    # Steps between neighbours are 2 in the stripes.
    steps = np.abs(np.diff(found[170:320, 200:410], axis=1))
    assert steps.max() < 1.2


def test_without_any_known_place_the_network_s_picture_is_kept(run):
    image, hole = texture(), hole_of()
    small = small_with_hole(image, hole, 2)
    found = run(image, hole, 2, usable=np.zeros_like(hole), small=small)
    wanted = np.where(hole[..., None] > 0, enlarge(small[None], 2)[0].numpy(), image)
    np.testing.assert_array_equal(found, wanted)


def test_slope_stays_a_slope(run):
    ramp = np.linspace(-0.9, 0.9, WIDTH, dtype=np.float32)[None, :, None]
    image = np.repeat(np.repeat(ramp, HEIGHT, axis=0), 3, axis=2)
    found = run(image, hole_of(), 3, small=shrink(image[None], 3)[0].numpy())
    assert np.abs(found - image).max() < 4 / 127.5


def test_hole_without_pixels_changes_nothing(run):
    image = texture()
    np.testing.assert_array_equal(run(image, np.zeros([HEIGHT, WIDTH], np.float32), 2), image)


def test_bits_are_those_of_earlier_versions(run, golden):
    """Two holes, one at the border and beside transparent pixels, which are not taken out."""
    image = patchwork(112, 144, 1)[0]
    hole = np.maximum(box(112, 144, 61, 25, 51, 50), box(112, 144, 9, 100, 20, 23))
    usable = 1 - box(112, 144, 41, 75, 71, 11)
    inside = shrink_mask(hole[None, ..., None], 2)[0].numpy() > 0
    small = np.where(inside, patchwork(56, 72)[1], shrink(image[None], 2)[0].numpy())
    completed, shifts = run(image, hole, 2, usable, small, with_shifts=True)
    expected = golden("detail/large")
    np.testing.assert_array_equal(shifts, expected["shifts"])
    np.testing.assert_array_equal(fine_levels(completed)[hole > 0], expected["levels"])


def test_a_small_picture_as_high_as_a_patch_borrows_nothing(run):
    image, hole = patchwork(32, 144)[0], box(32, 144, 9, 30, 11, 12)
    small = patchwork(16, 72)[1]
    found, shifts = run(image, hole, 2, small=small, with_shifts=True)
    wanted = np.where(hole[..., None] > 0, enlarge(small[None], 2)[0], image)
    np.testing.assert_array_equal(found, wanted)
    assert shifts.shape == (2, 9, 2) and not shifts.any()


def test_attention_and_seed_reach_the_search(monkeypatch):
    class Reached(Exception):
        pass

    def search(levels, soft, hole, allowed, offsets, *, seed, cell, patch):
        raise Reached(offsets, seed, cell, patch)

    monkeypatch.setattr(large, "find_sources", search)
    image, small = patchwork(64, 96)[0], patchwork(32, 48)[1]
    hole = box(64, 96, 20, 30, 9, 8)
    with pytest.raises(Reached) as reached:
        with_large_detail(image, hole, 1 - hole, small, "offsets", tf.constant(2), seed=5)
    assert reached.value.args == ("offsets", 5, 8, 16)
