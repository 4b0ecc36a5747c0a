"""`python test.py`: what it refuses, in one sentence. A stand-in takes the network's place."""

import os
from pathlib import Path

import pytest
from inpaint_harness import HEIGHT, WIDTH, StandIn, pixels, run, save_picture_and_mask
from PIL import Image

from inpaint_tf.cli import inpaint
from inpaint_tf.errors import InputError


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    inpainter = StandIn()
    monkeypatch.setattr(inpaint, "make_inpainter", lambda weights, flags, compiled: inpainter)
    return inpainter


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with x.png and m.png."""
    monkeypatch.chdir(tmp_path)
    save_picture_and_mask()
    return tmp_path


def assert_refused(capsys, words, *arguments, weights="random"):
    """Exit status 2, one line on standard error with these words, no new file."""
    before = {name: os.path.getmtime(name) for name in os.listdir(".")}
    capsys.readouterr()
    assert inpaint.main([*arguments, *([f"--weights={weights}"] if weights else [])]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and err.count("\n") == 1 and err.endswith("\n")
    assert words in err, err
    assert {name: os.path.getmtime(name) for name in os.listdir(".")} == before


def make_bad_files():
    data = Path("x.png").read_bytes()
    Path("cut.png").write_bytes(data[: len(data) // 2])
    Image.fromarray(pixels()).save("x.jpg")
    data = Path("x.jpg").read_bytes()
    Path("cut.jpg").write_bytes(data[: len(data) // 2])
    Path("text.png").write_text("no picture\n")
    Path("empty.png").touch()
    os.mkdir("folder.png")
    Image.new("L", (7, 30)).save("small.png")
    Image.new("1", (WIDTH, HEIGHT), 1).save("all.png")


IMAGE, MASK = ["--image=x.png"], ["--mask=m.png"]


def fail_if_loaded(weights, flags, compiled):
    pytest.fail("network was loaded")


@pytest.mark.parametrize(
    "words, arguments",
    [
        ("none.png does not exist", ["--image=none.png", *MASK]),
        ("x.png is given as its own mask", [*IMAGE, "--mask=./x.png"]),
        ("none.png does not exist", [*IMAGE, "--mask=none.png"]),
        ("text.png is not a PNG", ["--image=text.png", *MASK]),
        ("text.png is not a PNG", [*IMAGE, "--mask=text.png"]),
        ("cut.png is", ["--image=cut.png", *MASK]),
        ("cut.jpg is", ["--image=cut.jpg", *MASK]),
        ("cut.png is", [*IMAGE, "--mask=cut.png"]),
        ("empty.png is empty", ["--image=empty.png", *MASK]),
        ("folder.png is a directory", ["--image=folder.png", *MASK]),
        ("folder.png is a directory", [*IMAGE, "--mask=folder.png"]),
        ("folder.png is a directory", [*IMAGE, *MASK, "--output=folder.png"]),
        ("7x30; expected at least 8x8", ["--image=small.png", *MASK]),
        ("covers the whole picture", [*IMAGE, "--mask=all.png"]),
        ("covers the whole picture", [*IMAGE, f"--box=0,0,{HEIGHT},{WIDTH}"]),
        ("outside the picture", [*IMAGE, f"--box=0,0,{HEIGHT + 1},{WIDTH}"]),
        ("36x24 pixels, more than the 863", [*IMAGE, *MASK, "--max_pixels=863"]),
        ("does not exist", [*IMAGE, *MASK, "--output=none/o.png"]),
        ("does not say its format", [*IMAGE, *MASK, "--output=o.gif"]),
        ("would overwrite x.png", [*IMAGE, *MASK, "--output=x.png"]),
        ("would overwrite m.png", [*IMAGE, *MASK, "--output=./m.png"]),
        ("found none", MASK),
        ("found --image and --flist", [*IMAGE, *MASK, "--flist=l.txt"]),
        ("nothing marks the hole", IMAGE),
        ("belong together", [*IMAGE, *MASK, "--image_height=40"]),
        ("needs --output_dir", ["--image_dir=.", *MASK]),
        ("--output_dir has no meaning", [*IMAGE, *MASK, "--output_dir=."]),
        ("expected one of them", ["--image_dir=.", *MASK, "--mask_dir=.", "--output_dir=o"]),
        ("--output_dir is --image_dir", ["--image_dir=.", *MASK, "--output_dir=."]),
        ("none is not a directory", ["--image_dir=none", *MASK, "--output_dir=o"]),
        ("l.txt cannot be read", ["--flist=l.txt"]),
        ("about a mask file", [*IMAGE, "--box=0,0,1,1", "--invert_mask"]),
        ("about --hole_color", [*IMAGE, *MASK, "--hole_tolerance=1"]),
        ("expected 4 integers", [*IMAGE, "--box=1,2,3"]),
        ("expected 4 integers", [*IMAGE, "--box=1,2,3,x"]),
        ("expected 4 integers", [*IMAGE, "--box=-1,2,3,4"]),
        ("is empty", [*IMAGE, "--box=1,2,0,4"]),
        ("expected 3 integers, 0 to 255", [*IMAGE, "--hole_color=1,2,256"]),
        ("--device tpu is unknown", [*IMAGE, *MASK, "--device=tpu"]),
        ("working_size 65 is above the longer side of x.png", [*IMAGE, *MASK, "--working_size=65"]),
        ("feather", [*IMAGE, *MASK, "--feather=-1"]),
        ("max_pixels", [*IMAGE, *MASK, "--max_pixels=many"]),
        ("Did you mean: image", ["--imgae=x.png", *MASK]),
        ("is not a flag", ["x.png", *MASK]),
    ],
)
def test_bad_input_is_one_sentence(here, capsys, stand_in, monkeypatch, words, arguments):
    make_bad_files()
    monkeypatch.setattr(inpaint, "make_inpainter", fail_if_loaded)
    assert_refused(capsys, words, *arguments)


def test_bad_weights_are_one_sentence(here, capsys):
    both = ["--image=x.png", "--mask=m.png"]
    assert_refused(capsys, "none.safetensors does not exist", *both, weights="none.safetensors")
    assert_refused(capsys, "two names", *both, "--checkpoint_dir=.")


def test_interrupted_writing_leaves_no_file(here, capsys, monkeypatch):
    def broken(self, file, *_, **__):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", broken)
    assert_refused(capsys, "No space left", "--image=x.png", "--mask=m.png")


def test_memory_used_up_is_a_sentence_with_the_size(here, capsys, stand_in, monkeypatch):
    import tensorflow as tf

    def exhausted(self, image, mask, **_):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(StandIn, "__call__", exhausted)
    assert_refused(capsys, "x.png (36x24) needs more memory", "--image=x.png", "--mask=m.png")


def test_bad_weights_stop_many_pictures(here, capsys, monkeypatch):
    def bad(weights, flags, compiled):
        raise InputError("w.safetensors is damaged.")

    monkeypatch.setattr(inpaint, "make_inpainter", bad)
    Path("l.txt").write_text("x.png m.png a.png\nx.png m.png b.png\n")
    assert_refused(capsys, "w.safetensors is damaged.", "--flist=l.txt")


def test_a_batch_goes_on_whatever_one_picture_does(here, capsys, stand_in, monkeypatch):
    os.mkdir("many")
    for name in "abc":
        Image.fromarray(pixels()).save(f"many/{name}.png")
    work = StandIn.__call__

    def fails_once(self, image, mask, **given):
        if len(self.feathers) == 1:
            self.feathers.append(0)
            raise ZeroDivisionError("division by zero")
        return work(self, image, mask, **given)

    monkeypatch.setattr(StandIn, "__call__", fails_once)
    assert run("--image_dir=many", "--mask=m.png", "--output_dir=done") == 1
    assert sorted(os.listdir("done")) == ["a.png", "c.png"]
    said = capsys.readouterr().err
    assert "many/b.png cannot be completed: ZeroDivisionError" in said and "Traceback" not in said
