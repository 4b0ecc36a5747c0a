"""Sketches of faces."""

import numpy as np
import pytest

from inpaint_tf.faces.landmark_lines import LINES, landmark_lines


def test_lines_pass_through_their_landmarks_and_nowhere_else():
    angle = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    points = np.stack([400 + np.cos(angle), 400 + np.sin(angle)], axis=-1)  # outside
    bridge = next(line for line in LINES if line[0] == 168)
    points[list(bridge)] = [(20.5, 10.5 + 6 * number) for number in range(len(bridge))]
    sketch = landmark_lines(points, (80, 120))
    assert sketch.shape == (80, 120) and sketch.dtype == np.float32
    want = np.zeros([80, 120])
    want[10 : 10 + 6 * (len(bridge) - 1) + 1, 20] = 1
    np.testing.assert_array_equal(sketch, want)


@pytest.mark.parametrize("unit, width", [(40, 1), (140, 1), (300, 3), (500, 5)])
def test_lines_are_as_thick_as_the_face_is_large_not_the_picture(unit, width):
    points = np.full([468, 2], 700.0)  # outside
    points[33], points[263] = (700, 700), (700 + unit, 700)
    for number, point in enumerate((168, 6, 197, 195, 5, 4)):
        points[point] = 50.5, 10.5 + 20 * number
    for size in ((120, 200), (500, 400)):
        rows = landmark_lines(points, size)[20:100]
        np.testing.assert_array_equal(rows.sum(axis=1), width)
        assert rows[:, 47:54].sum() == rows.sum()


def test_a_face_has_lines_where_its_parts_are(find_faces, portrait):
    (face,) = find_faces(portrait)
    sketch = landmark_lines(face.points, portrait.shape[:2])
    for point in (33, 263, 61, 291, 152, 10, 4):  # corners of eyes and mouth, chin, brow, nose
        x, y = face.points[point].astype(int)
        assert sketch[y - 1 : y + 2, x - 1 : x + 2].any(), point
    assert 0 < sketch.mean() < 0.01
    low, high = face.points.min(axis=0) - 2, face.points.max(axis=0) + 2
    rows, columns = np.nonzero(sketch)
    assert low[1] <= rows.min() and rows.max() <= high[1]
    assert low[0] <= columns.min() and columns.max() <= high[0]
