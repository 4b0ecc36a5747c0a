"""Sketches of faces as files."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.faces.landmark_lines import landmark_lines
from inpaint_tf.sketch_faces import main


@pytest.fixture
def folder(tmp_path, portrait, mesh):
    (tmp_path / "faces").mkdir()
    Image.fromarray(portrait[20:220, 100:400]).save(tmp_path / "faces" / "one.png")
    Image.fromarray(portrait[300:400, :130]).save(tmp_path / "faces" / "arm.png")
    return tmp_path / "faces"


def test_a_sketch_for_every_picture_with_a_face(folder, find_faces, portrait, capsys):
    assert main(["--images", str(folder), "--output_dir", str(folder.parent / "lines")]) == 1
    said = capsys.readouterr()
    assert f"no face is found in {folder / 'arm.png'}; expected one" in said.out + said.err
    assert [path.name for path in (folder.parent / "lines").iterdir()] == ["one_edge.png"]
    sketch = np.asarray(Image.open(folder.parent / "lines" / "one_edge.png"))
    (face,) = find_faces(portrait[20:220, 100:400])
    assert sketch.shape == (200, 300) and set(np.unique(sketch)) == {0, 255}
    np.testing.assert_array_equal(sketch > 0, landmark_lines(face.points, (200, 300)) > 0)


def test_beside_the_pictures_and_only_of_them(folder, capsys):
    (folder / "arm.png").unlink()
    assert main(["--images", str(folder)]) == 0
    assert main(["--images", str(folder), "--quiet"]) == 0  # its sketch is not a picture of a face
    assert sorted(path.name for path in folder.iterdir()) == ["one.png", "one_edge.png"]
    Image.open(folder / "one.png").save(folder / "one.jpg")
    assert main(["--images", str(folder)]) == 2
    assert "one_edge.png would be the sketch of several pictures" in capsys.readouterr().err
