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
    far = regions.hull_hole([(10, 20), (1e12, 20), (1e12, 60), (10, 60)], SIZE)
    assert far[21:59, 11:].all() and not far[:, :9].any()


def test_a_region_that_shrinks_to_nothing_does_not_turn_inside_out(points):
    assert face_region_hole(points, "mouth", SIZE, (0.0, 0.0, -5.0)).sum() <= 4


# Points of MediaPipe's canonical face and what they are mirrored to; those in the middle to
# themselves. From its list of triangles, whose two halves are the same.
PAIRS = """33 263, 133 362, 159 386, 145 374, 70 300, 63 293, 105 334, 66 296, 107 336, 55 285,
111 340, 117 346, 118 347, 119 348, 120 349, 121 350, 128 357, 61 291, 146 375, 91 321, 181 405,
84 314, 17 17, 409 185, 270 40, 269 39, 267 37, 0 0, 93 323, 132 361, 58 288, 172 397, 136 365,
150 379, 149 378, 176 400, 148 377, 152 152, 197 197, 127 356"""
MIRRORED = {}
for pair in PAIRS.replace("\n", " ").split(","):
    one, other = map(int, pair.split())
    MIRRORED.update({one: other, other: one})


@pytest.mark.parametrize("right, left", [("RIGHT_EYE", "LEFT_EYE"), ("LEFT_EYE", "RIGHT_EYE")])
def test_the_two_eyes_are_mirrored(right, left):
    names = getattr(regions, right)
    assert len(set(names)) == 17
    assert {MIRRORED[name] for name in names} == set(getattr(regions, left))


@pytest.mark.parametrize(
    "name, count", [("LIPS", 20), ("CHIN", 19), ("BELOW_EYES", 7), ("TEMPLES", 2), ("EYES", 2)]
)
def test_what_is_in_the_middle_is_mirrored_to_itself(name, count):
    names = getattr(regions, name)
    assert len(set(names)) == count == len(names)
    assert {MIRRORED[name] for name in names} == set(names)


def test_the_mouth_reaches_beyond_the_lips_by_a_share_of_the_eyes_distance(points):
    hole = face_region_hole(points, "mouth", SIZE)  # lips from 85 to 115, 0.12 of 60 pixels more
    columns, rows = np.flatnonzero(hole.any(axis=0)), np.flatnonzero(hole.any(axis=1))
    np.testing.assert_allclose(columns[[0, -1]] + 0.5, [77.8, 122.2], atol=0.6)
    np.testing.assert_allclose(rows[[0, -1]] + 0.5, [86.8, 113.2], atol=0.8)


def test_other_parts_reach_no_farther_than_their_points(points):
    columns = np.flatnonzero(face_region_hole(points, "eyes", SIZE).any(axis=0))
    np.testing.assert_allclose(columns[[0, -1]] + 0.5, [66, 134], atol=1.1)  # below the eyes
    columns = np.flatnonzero(face_region_hole(points, "glasses", SIZE).any(axis=0))
    np.testing.assert_allclose(columns[[0, -1]] + 0.5, [58, 142], atol=1.1)


def test_a_point_grows_to_a_round_of_sixteen_corners():
    corners = regions._grown(np.array([[3.0, 7.0]]), 10.0) - [3, 7]
    np.testing.assert_allclose(np.linalg.norm(corners, axis=1), 10)
    angles = np.sort(np.arctan2(corners[:, 1], corners[:, 0]) % (2 * np.pi))
    np.testing.assert_allclose(np.diff(angles), np.pi / 8)
    assert len(corners) == 16


def test_pixel_centres_lie_at_halves():
    hole = regions.hull_hole([(10.25, 5.25), (20.75, 5.25), (20.75, 14.75), (10.25, 14.75)], SIZE)
    rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
    assert (rows[0], rows[-1], columns[0], columns[-1]) == (5, 14, 10, 20)
    assert hole.sum() == 10 * 11
    far = [(-1e6, -1e6), (1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)]
    assert regions.hull_hole(far, SIZE).all()


def test_the_lower_face_of_aligned_pictures_is_centred_and_ends_above_the_border():
    top, left, height, width = regions.LOWER_FACE
    assert left + width / 2 == pytest.approx(0.5)
    # Eyes of CelebA-HQ lie at 0.47 of the height, chins at 0.92; cheeks from 0.24 to 0.76.
    assert 0.52 < top < 0.54 and 0.92 < top + height < 0.94
    assert 0.22 < left < 0.24 and 0.76 < left + width < 0.78
