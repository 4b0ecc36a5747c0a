"""Borrowed detail of pictures whose completion is known, the network's picture handed in."""

import numpy as np
import pytest
import tensorflow as tf
from detail_pictures import as_levels, box, painted, patchwork, slope, soft, waves

from inpaint_tf.detail.batch import detail_function
from inpaint_tf.detail.borrow import with_detail
from inpaint_tf.detail.levels import fine_levels

HEIGHT, WIDTH = 136, 176
CELL, PATCH = 8, 16


def completed_of(image, hole, base, usable=None, offsets=None, seed=0):
    """`(completed, shifts)` of one picture or a batch."""
    single = image.ndim == 3
    usable = 1 - hole if usable is None else usable
    items = [image, hole[..., None], usable[..., None], base]
    items += [] if offsets is None else [offsets]
    items = [item[None] if single else item for item in items]
    results = detail_function(seed, offsets is not None)(*items)
    return tuple(np.asarray(result)[0 if single else slice(None)] for result in results)


def noisy(seed=0):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, [HEIGHT, WIDTH, 3]).astype(np.float32) / 127.5 - 1


def sources_of(shifts, hole):
    """Rows and columns of the sources' corners, for the cells that touch the hole."""
    cells = hole.reshape(HEIGHT // CELL, CELL, WIDTH // CELL, CELL).max(axis=(1, 3))
    places = np.argwhere(cells > 0)
    return places * CELL - (PATCH - CELL) // 2 + shifts[places[:, 0], places[:, 1]]


def offsets_towards(*offset):
    """An attention that looks the same way everywhere, in cells."""
    return np.broadcast_to(np.int32(offset), [HEIGHT // CELL, WIDTH // CELL, 2])


def assert_continued(completed, texture, where):
    """To a twentieth of a level, but for sources so near the hole that its soft picture matters."""
    error = np.abs(as_levels(completed) - as_levels(texture)).max(axis=-1)[where > 0]
    assert np.median(error) < 0.05 and error.max() < 8


def test_a_periodic_texture_is_continued_in_phase():
    texture = waves(HEIGHT, WIDTH, 25)
    hole = box(HEIGHT, WIDTH, 35, 100, 40, 30)
    image = np.where(hole[..., None] > 0, 0, texture)
    # The attention's grid of 8 pixels misses three periods by three pixels.
    completed, shifts = completed_of(
        image, hole, painted(texture, hole), offsets=offsets_towards(0, -9)
    )
    assert np.abs(as_levels(soft(texture)) - as_levels(texture))[hole > 0].mean() > 5
    assert_continued(completed, texture, hole)
    moved = shifts[40 // 8 : 70 // 8, 104 // 8 : 124 // 8]
    assert (moved != 0).any(axis=-1).all() and not (moved % 25).any()


def test_two_textures_stay_on_their_sides():
    left, right = waves(HEIGHT, WIDTH, 24, 1), waves(HEIGHT, WIDTH, 32, 2)
    split = 72
    picture = np.concatenate([left[:, :split], right[:, split:]], axis=1)
    hole = box(HEIGHT, WIDTH, 88, 40, 24, 64)
    offsets = np.where(np.arange(WIDTH // CELL)[:, None] < split // CELL, (-6, 0), (-8, 0))
    offsets = np.broadcast_to(offsets.astype(np.int32), [HEIGHT // CELL, WIDTH // CELL, 2])
    image = np.where(hole[..., None] > 0, 0, picture)
    completed, _ = completed_of(image, hole, painted(picture, hole), offsets=offsets)
    columns = np.arange(WIDTH)
    assert_continued(completed, picture, hole * (np.abs(columns - split) > 20))


@pytest.mark.parametrize("place", [(30, 50, 30, 40), (0, 0, 40, 50), (96, 132, 40, 44)], ids=str)
def test_a_slope_stays_a_slope(place):
    image, hole = slope(HEIGHT, WIDTH), box(HEIGHT, WIDTH, *place)
    completed, _ = completed_of(np.where(hole[..., None] > 0, 1, image), hole, image)
    np.testing.assert_allclose(as_levels(completed), as_levels(image), atol=0.02)


def test_what_the_picture_shows_in_the_hole_does_not_matter():
    image, hole, base = noisy(), box(HEIGHT, WIDTH, 20, 30, 33, 61), soft(noisy(1), 4)
    completed, shifts = completed_of(image, hole, base)
    other = np.where(hole[..., None] > 0, noisy(2), image)
    again, _ = completed_of(other, hole, np.where(hole[..., None] > 0, base, noisy(3)))
    np.testing.assert_array_equal(again, completed)
    np.testing.assert_array_equal(completed[hole == 0], image[hole == 0])
    assert np.abs(completed - base)[hole > 0].mean() > 0.1
    for row, column in sources_of(shifts, hole):
        assert 0 <= row <= HEIGHT - PATCH and 0 <= column <= WIDTH - PATCH
        assert not hole[row : row + PATCH, column : column + PATCH].any()


def test_nothing_is_borrowed_from_transparent_pixels():
    image, hole, base = noisy(), box(HEIGHT, WIDTH, 20, 30, 30, 40), soft(noisy(1), 4)
    usable = np.zeros_like(hole)
    usable[70:, 90:] = 1
    _, shifts = completed_of(image, hole, base, usable)
    sources = sources_of(shifts, hole)
    assert len(sources) > 20 and (sources >= (70, 90)).all()


@pytest.mark.parametrize("usable", ["a stripe", "nothing"])
def test_without_a_known_place_the_networks_picture_stays(usable):
    image, base = noisy(), soft(noisy(1), 4)
    hole = np.ones([HEIGHT, WIDTH], np.float32)
    if usable == "a stripe":
        hole[:, :15] = 0
    completed, shifts = completed_of(image, hole, base)
    np.testing.assert_array_equal(completed, np.where(hole[..., None] > 0, base, image))
    assert not shifts.any()


@pytest.mark.parametrize("size", [(8, 8), (15, 40), (16, 16), (17, 21)])
def test_small_pictures(size):
    image, base = noisy()[: size[0], : size[1]], noisy(1)[: size[0], : size[1]]
    hole = box(*size, 1, 2, 3, 4)
    completed, shifts = completed_of(image, hole, base)
    np.testing.assert_array_equal(completed, np.where(hole[..., None] > 0, base, image))
    assert shifts.shape == (-(-size[0] // 8), -(-size[1] // 8), 2)


def test_a_picture_as_high_as_a_patch_borrows():
    image, base = noisy()[:PATCH], soft(noisy(1), 4)[:PATCH]
    hole = box(PATCH, WIDTH, 3, 40, 9, 30)
    completed, shifts = completed_of(image, hole, base)
    assert (completed != base)[hole > 0].mean() > 0.9
    assert set(np.unique(shifts[..., 0])) == {-4, 0, 4}  # all sources begin in the first row


def test_bits_are_those_of_earlier_versions(golden):
    """Two holes, one at the border and beside transparent pixels, which are not taken out."""
    image, base = patchwork(56, 72)
    hole = np.maximum(box(56, 72, 30, 12, 26, 30), box(56, 72, 4, 50, 10, 13))
    usable = 1 - box(56, 72, 20, 42, 36, 6)
    offsets = np.random.RandomState(1).randint(-4, 5, [7, 9, 2]).astype(np.int32)
    completed, shifts = completed_of(image, hole, base, usable, offsets)
    expected = golden("detail/small")
    np.testing.assert_array_equal(shifts, expected["shifts"])
    np.testing.assert_array_equal(fine_levels(completed)[hole > 0], expected["levels"])


def test_a_batch_equals_its_items():
    images = np.stack([noisy(), waves(HEIGHT, WIDTH, 20), noisy(4)])
    bases = np.stack([soft(noisy(1), 3), soft(noisy(2), 3), noisy(5)])
    holes = np.stack(
        [
            box(HEIGHT, WIDTH, 20, 30, 30, 40),
            box(HEIGHT, WIDTH, 60, 0, 44, 100),
            box(HEIGHT, WIDTH, 0, 0, 0, 0),
        ]
    )
    offsets = np.random.default_rng(6).integers(-8, 8, [3, HEIGHT // 8, WIDTH // 8, 2])
    offsets = offsets.astype(np.int32)
    together = completed_of(images, holes, bases, offsets=offsets)
    for number in range(3):
        alone = completed_of(*(x[number] for x in (images, holes, bases)), offsets=offsets[number])
        for a, b in zip(together, alone):
            np.testing.assert_array_equal(a[number], b)
    np.testing.assert_array_equal(together[0][2], images[2])


def test_unknown_shapes_equal_known_ones():
    image, hole, base = noisy(), box(HEIGHT, WIDTH, 20, 30, 33, 61), soft(noisy(1), 4)
    known = tf.function(with_detail, autograph=False)
    want = known(image, tf.constant(hole), tf.constant(1 - hole), base, None)
    for a, b in zip(completed_of(image, hole, base), want):
        np.testing.assert_array_equal(a, b)


def test_a_seed_gives_one_picture():
    image, hole, base = noisy(), box(HEIGHT, WIDTH, 20, 30, 33, 61), soft(noisy(1), 4)
    first = completed_of(image, hole, base)[0]
    np.testing.assert_array_equal(first, completed_of(image, hole, base, seed=0)[0])
    assert np.abs(first - completed_of(image, hole, base, seed=7)[0]).max() > 0.1
