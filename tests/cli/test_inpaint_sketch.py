"""`test.py --sketch`: the lines reach the network, and what is no sketch is refused."""

import numpy as np
import pytest
from inpaint_harness import HEIGHT, WIDTH, StandIn, hole, run, save_picture_and_mask
from PIL import Image

from inpaint_tf.cli import inpaint

BOTH = ["--image=x.png", "--mask=m.png", "--output=o.png"]


@pytest.fixture
def stand_in(monkeypatch):
    inpainter = StandIn()
    inpainter.guided = True
    monkeypatch.setattr(inpaint, "make_inpainter", lambda weights, flags, compiled: inpainter)
    return inpainter


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_picture_and_mask()
    Image.fromarray(np.where(lines(), 255, 0).astype(np.uint8)).save("s.png")
    Image.new("L", (WIDTH, HEIGHT - 1)).save("small.png")


def lines():
    drawn = np.zeros([HEIGHT, WIDTH], bool)
    drawn[5, 2:30] = True
    return drawn


@pytest.mark.parametrize("save_all", [[], ["--save_all"]])
def test_the_lines_reach_the_network(stand_in, capsys, save_all):
    assert run(*BOTH, "--sketch=s.png", *save_all) == 0
    np.testing.assert_array_equal(stand_in.sketches[-1], lines())
    assert "guided" not in capsys.readouterr().out
    Image.fromarray(np.where(lines(), 0, 255).astype(np.uint8)).save("s.png")
    assert run(*BOTH, "--sketch=s.png", "--invert_sketch") == 0
    np.testing.assert_array_equal(stand_in.sketches[-1], lines())


def test_a_guided_network_without_sketch_says_so(stand_in, capsys):
    assert run(*BOTH) == 0
    assert stand_in.sketches == [None]
    assert "notice: the network is guided by sketches" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, arguments",
    [
        ("small.png is 36x23, the picture 36x24", [*BOTH, "--sketch=small.png"]),
        ("m.png marks exactly the hole, so it is a mask", [*BOTH, "--sketch=m.png"]),
        ("none.png does not exist", [*BOTH, "--sketch=none.png"]),
        ("--invert_sketch is about a sketch", [*BOTH, "--invert_sketch"]),
        ("--sketch has no meaning", ["--flist=l.txt", "--sketch=s.png"]),
    ],
)
def test_what_is_no_sketch_is_one_sentence(stand_in, tmp_path, capsys, words, arguments):
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(*arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1 and words in said
    assert stand_in.sketches == []
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_other_networks_take_no_sketch(capsys):
    assert hole().any()
    assert run(*BOTH, "--sketch=s.png") == 2
    assert "the network is not guided" in capsys.readouterr().err
