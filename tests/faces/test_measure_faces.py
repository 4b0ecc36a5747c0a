"""`python -m inpaint_tf.measure_faces`: whole, with networks of random numbers."""

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.evaluation.landmark_error import landmark_error
from inpaint_tf.evaluation.pixel import l1_percent, psnr
from inpaint_tf.evaluation.telea import telea
from inpaint_tf.faces.landmarks68 import Landmarks68
from inpaint_tf.masks.face_region import face_region_hole
from inpaint_tf.measure_faces import main, table_text


@pytest.fixture
def folder(tmp_path, portrait):
    """A portrait of (height, width) 160x200, and a wall."""
    folder = tmp_path / "faces"
    folder.mkdir()
    Image.fromarray(portrait[50:210, 120:320]).save(folder / "face.png")
    Image.new("RGB", (200, 160), (10, 20, 30)).save(folder / "wall.png")
    return folder


@pytest.fixture
def weights(tmp_path):
    from inpaint_tf import create_model, save_model

    path = str(tmp_path / "small.safetensors")
    save_model(path, create_model("deepfill_v1", width=2, attention=False))
    return path


def test_the_table_says_what_each_method_loses(
    folder, weights, model, find_faces, portrait, capsys
):
    flags = ["--images", str(folder), "--network", str(model), "--size", "160", "--quiet"]
    assert main([*flags, "--weights", weights, "--face_region", "mouth"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["landmarks", "%", "l1", "%", "(hole)", "PSNR", "dB"]
    rows = {line.split()[0]: [float(text) for text in line.split()[1:]] for line in lines[1:-1]}
    assert list(rows) == [weights, "telea", "navier_stokes", "mean_color"]
    assert lines[-1] == "1 face"

    image = portrait[50:210, 140:300]  # the middle square
    (face,) = find_faces(image, 1)
    hole = face_region_hole(face.points, "mouth", (160, 160))
    completed = telea(image, hole)
    want = landmark_error(Landmarks68(str(model)), image, completed, face.points)
    assert want > 0
    want = [want, l1_percent(image, completed, hole), psnr(image, completed)]
    np.testing.assert_allclose(rows["telea"], want, atol=0.0051)
    assert rows[weights][1] > 2 * want[1]  # noise


def test_pictures_without_faces_and_missing_files_are_told(
    folder, weights, model, find_faces, capsys
):
    flags = ["--images", str(folder), "--weights", weights]
    assert main([*flags, "--network", str(folder)]) == 2
    assert "expected face_landmark_68_model.bin and its manifest" in capsys.readouterr().err
    assert main(flags) == 2
    assert "--network is missing" in capsys.readouterr().err
    (folder / "face.png").unlink()
    assert main([*flags, "--network", str(model), "--size", "160"]) == 2
    said = capsys.readouterr()
    assert "in 1 of 1 pictures no face is found" in said.out
    assert f"{folder} shows no face that is found" in said.err


def test_means_by_hand():
    lines = table_text({"a": [(1.0, 2.0, 30.0), (3.0, 4.0, 20.0)], "long": [(9, 8, 7)]}).split("\n")
    assert lines[1].split() == ["a", "2.00", "3.00", "25.00"]
    assert lines[2].split() == ["long", "9.00", "8.00", "7.00"] and lines[3] == "2 faces"
