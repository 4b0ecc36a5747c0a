"""Holes over parts of a face, on a face that is drawn by numbers."""

import numpy as np
import pytest

from inpaint_tf.masks import face_region as regions
from inpaint_tf.masks.face_region import REGIONS, face_region_hole

SIZE = (150, 200)


@pytest.fixture
def points():
    """Landmarks around (100, 75); those of the regions are where a face has them."""
    angle = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    found = np.stack([100 + 4 * np.cos(angle), 75 + 4 * np.sin(angle)], axis=-1)

    def along(names, start, end):
        for share, name in zip(np.linspace(0, 1, len(names)), names):
            found[name] = np.array(start) + share * (np.array(end) - np.array(start))

    def around(names, middle, radius_x, radius_y):
        for turn, name in zip(np.linspace(0, 2 * np.pi, len(names), endpoint=False), names):
            found[name] = middle[0] - radius_x * np.cos(turn), middle[1] - radius_y * np.sin(turn)

    around(regions.RIGHT_EYE, (80, 60), 12, 8)
    around(regions.LEFT_EYE, (120, 60), 12, 8)
    found[33], found[263] = (70, 60), (130, 60)
    around(regions.LIPS, (100, 100), 15, 6)
    half = np.linspace(np.pi, 0, len(regions.CHIN))
    for turn, name in zip(half, regions.CHIN):
        found[name] = 100 + 40 * np.cos(turn), 80 + 45 * np.sin(turn)
    along(regions.BELOW_EYES, (66, 72), (134, 72))
    found[127], found[356] = (58, 60), (142, 60)
    return found


def at(hole, x, y):
    return bool(hole[y, x])


def test_lower_face_covers_nose_and_mouth_and_not_the_eyes(points):
    hole = face_region_hole(points, "lower_face", SIZE)
    assert hole.shape == SIZE and hole.dtype == bool
    assert at(hole, 100, 85) and at(hole, 100, 100) and at(hole, 100, 122)
    assert at(hole, 65, 85) and at(hole, 135, 85)  # cheek to cheek
    assert not at(hole, 70, 60) and not at(hole, 130, 60) and not at(hole, 100, 128)
    rows = np.flatnonzero(hole.any(axis=1))
    assert 71 <= rows[0] <= 73 and 123 <= rows[-1] <= 125


@pytest.mark.parametrize("name", REGIONS)
def test_mirrored_landmarks_give_the_mirrored_hole(points, name):
    hole = face_region_hole(points, name, SIZE)
    mirrored = face_region_hole([200, 0] + points * [-1, 1], name, SIZE)
    assert hole.any() and (hole[:, ::-1] != mirrored).mean() < 0.01


def test_eyes_are_two_and_glasses_are_one(points):
    eyes = face_region_hole(points, "eyes", SIZE)
    glasses = face_region_hole(points, "glasses", SIZE)
    assert at(eyes, 80, 60) and at(eyes, 120, 60) and not at(eyes, 100, 60)
    assert at(glasses, 100, 60) and at(glasses, 62, 60) and (glasses | eyes == glasses).all()
    mouth = face_region_hole(points, "mouth", SIZE)
    assert at(mouth, 100, 100) and not at(mouth, 100, 70)


def test_jitter_is_in_distances_of_the_eyes(points):
    still = face_region_hole(points, "mouth", SIZE)
    moved = face_region_hole(points, "mouth", SIZE, (0.5, -0.25, 0.0))  # the unit is 60 pixels
    np.testing.assert_array_equal(moved[:-15, 30:], still[15:, :-30])
    larger = face_region_hole(points, "mouth", SIZE, (0, 0, 0.1))
    smaller = face_region_hole(points, "mouth", SIZE, (0, 0, -0.3))
    assert (larger & still == still).all() and (smaller & still == smaller).all()
    assert larger.sum() > still.sum() > smaller.sum() > 0
    grown = np.flatnonzero(larger.any(axis=0))[[0, -1]] - np.flatnonzero(still.any(axis=0))[[0, -1]]
    np.testing.assert_allclose(grown, [-6, 6], atol=1)


def test_beyond_the_picture_is_cut_off(points):
    whole = face_region_hole(points, "lower_face", SIZE)
    part = face_region_hole(points - [90, 0], "lower_face", (150, 60))
    np.testing.assert_array_equal(part, whole[:, 90:150])
    assert not face_region_hole(points + 1000, "lower_face", SIZE).any()
