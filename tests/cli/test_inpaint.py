"""`python test.py`: what it writes and says. A stand-in takes the network's place."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from inpaint_harness import (
    BOX_HEIGHT,
    BOX_WIDTH,
    HEIGHT,
    LEFT,
    TOP,
    WIDTH,
    StandIn,
    completed,
    hole,
    pixels,
    read,
    run,
    save_picture_and_mask,
)
from PIL import Image

from inpaint_tf.cli import inpaint
from inpaint_tf.errors import InputError
from inpaint_tf.inference.orientation import ORIENTATION
from inpaint_tf.inference.photo import read_photo
from inpaint_tf.weights.bundled import bundled_weights


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


def test_default_output_is_numbered(here, capsys):
    assert run("--image", "x.png", "--mask", "m.png") == 0
    np.testing.assert_array_equal(read("x_inpainted.png"), completed())
    assert run("--image", "x.png", "--mask", "m.png") == 0
    assert sorted(os.listdir()) == ["m.png", "x.png", "x_inpainted.png", "x_inpainted_2.png"]
    out, err = capsys.readouterr()
    assert "x.png -> x_inpainted_2.png" in out and "noise" in out and err == ""


def test_authors_command_line(here):
    (here / "logs").mkdir()
    arguments = ["--image", "x.png", "--mask", "m.png", "--output", "o.png"]
    assert inpaint.main([*arguments, "--checkpoint_dir", "logs"]) == 0
    np.testing.assert_array_equal(read("o.png"), completed())


def test_quiet_says_nothing(here, capsys):
    assert run("--image", "x.png", "--mask", "m.png", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_existing_output_is_replaced(here):
    (here / "o.png").write_bytes(b"old")
    assert run("--image", "x.png", "--mask", "m.png", "--output", "o.png") == 0
    np.testing.assert_array_equal(read("o.png"), completed())


def test_box_and_color_instead_of_a_mask(here):
    box = f"{TOP},{LEFT},{BOX_HEIGHT},{BOX_WIDTH}"
    assert run("--image", "x.png", "--box", box, "--output", "a.png") == 0
    np.testing.assert_array_equal(read("a.png"), completed())

    Image.fromarray(np.where(hole()[..., None], [255, 0, 254], pixels()).astype(np.uint8)).save(
        "painted.png"
    )
    assert run("--image=painted.png", "--hole_color=255,0,254", "--output=b.png") == 0
    np.testing.assert_array_equal(read("b.png"), completed())


def test_boxes_are_repeatable(here):
    boxes = ["--box", "0,0,2,3", "--box=20,30,4,6"]
    assert run("--image", "x.png", *boxes, "--output", "a.png") == 0
    want = pixels()
    want[:2, :3] = want[20:, 30:] = 77
    np.testing.assert_array_equal(read("a.png"), want)


def test_inverted_mask(here):
    Image.fromarray(~hole()).save("inverse.png")
    arguments = ["--image=x.png", "--mask=inverse.png", "--invert_mask", "--output=a.png"]
    assert run(*arguments) == 0
    np.testing.assert_array_equal(read("a.png"), completed())


def test_grow_enlarges_the_hole(here):
    assert run("--image=x.png", "--box=10,10,1,1", "--grow=2", "--output=a.png") == 0
    changed = (read("a.png") == 77).all(axis=-1)
    assert changed[8, 10] and changed[10, 12] and not changed[8, 8] and changed.sum() > 9


def test_feather_reaches_the_network(here, stand_in):
    assert run("--image=x.png", "--mask=m.png", "--feather=5", "--save_all") == 0
    assert run("--image=x.png", "--mask=m.png", "--feather=3") == 0
    assert stand_in.feathers == [5, 3]


def test_alpha_depth_gray_and_profile_survive(here):
    deep = np.random.RandomState(1).randint(0, 65536, [HEIGHT, WIDTH]).astype(np.uint16)
    Image.fromarray(deep).save("deep.png", icc_profile=b"p" * 200)
    assert run("--image=deep.png", "--mask=m.png") == 0
    photo = read_photo("deep_inpainted.png")
    np.testing.assert_array_equal(photo.color, np.where(hole(), 77, deep))
    assert photo.color.dtype == np.uint16 and photo.icc_profile == b"p" * 200

    alpha = np.random.RandomState(2).randint(0, 256, [HEIGHT, WIDTH, 1]).astype(np.uint8)
    Image.fromarray(np.dstack([pixels(), alpha])).save("clear.png")
    assert run("--image=clear.png", "--mask=m.png") == 0
    np.testing.assert_array_equal(read("clear_inpainted.png"), np.dstack([completed(), alpha]))


def test_turned_picture_comes_upright_without_the_tag(here):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Camera"
    Image.fromarray(np.ascontiguousarray(np.rot90(pixels()))).save("turned.png", exif=exif)
    assert run("--image=turned.png", "--mask=m.png", "--output=o.png") == 0
    with Image.open("o.png") as picture:
        assert dict(picture.getexif()) == {0x010F: "Camera"}
        np.testing.assert_array_equal(np.asarray(picture), completed())


def test_lossy_output_gives_a_notice(here, capsys):
    assert run("--image=x.png", "--mask=m.png", "--output=o.jpg") == 0
    assert "known pixels may change" in capsys.readouterr().out
    assert Image.open("o.jpg").format == "JPEG"


def test_mask_of_another_size_gives_a_notice(here, capsys):
    Image.fromarray(hole()).resize((2 * WIDTH, 2 * HEIGHT), 0).save("double.png")
    assert run("--image=x.png", "--mask=double.png", "--output=o.png") == 0
    assert "resized" in capsys.readouterr().out
    np.testing.assert_array_equal(read("o.png"), completed())


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_picture_without_a_hole_is_copied(here, capsys, suffix):
    Image.new("1", (WIDTH, HEIGHT)).save("none.png")
    Image.fromarray(pixels()).save(f"y.{suffix}")
    assert run(f"--image=y.{suffix}", "--mask=none.png", f"--output=o.{suffix}") == 0
    assert "no hole" in capsys.readouterr().out
    assert (here / f"o.{suffix}").read_bytes() == (here / f"y.{suffix}").read_bytes()
    assert run(f"--image=y.{suffix}", "--mask=none.png") == 0
    np.testing.assert_array_equal(read("y_inpainted.png"), read(f"y.{suffix}"))


def test_strip_shows_all_stages(here):
    assert run("--image=x.png", "--mask=m.png", "--output=o.png", "--save_all") == 0
    strip = read("o_stages.png")
    assert strip.shape == (HEIGHT, 5 * WIDTH + 4 * 8, 3)
    panels = [strip[:, k * (WIDTH + 8) :][:, :WIDTH] for k in range(5)]
    np.testing.assert_array_equal(panels[0], pixels())
    np.testing.assert_array_equal(panels[1], np.where(hole()[..., None], 255, pixels()))
    assert (panels[2] == 9).all() and (panels[4] == (1, 2, 3)).all()
    np.testing.assert_array_equal(panels[3], completed())
    np.testing.assert_array_equal(read("o.png"), completed())


def test_help_is_worth_reading(capsys):
    assert inpaint.main(["--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for word in ["usage: python test.py", "--hole_color r,g,b", "Default: 67108864", "coarse"]:
        assert word in out


def test_without_weights_the_bundled_ones_are_taken(here, monkeypatch):
    taken = []

    def remember(weights, flags, compiled):
        taken.append(weights)
        raise InputError("enough")

    monkeypatch.setattr(inpaint, "make_inpainter", remember)
    assert inpaint.main(["--image=x.png", "--mask=m.png"]) == 2
    assert taken == [bundled_weights()] and os.path.isfile(taken[0])


def test_directory_with_bad_files(here, capsys):
    os.makedirs("in")
    os.makedirs("masks")
    for seed, name in enumerate(["a", "b", "d"]):
        Image.fromarray(pixels(seed)).save(f"in/{name}.png")
        Image.fromarray(hole()).save(f"masks/{name}.bmp")
    Path("in/c.jpg").write_text("no picture")
    Image.fromarray(hole()).save("masks/c.png")
    Image.fromarray(pixels()).save("in/e.png")  # without a mask
    arguments = ["--image_dir=in", "--mask_dir=masks", "--output_dir=new/out"]
    assert run(*arguments) == 1
    out, err = capsys.readouterr()
    assert sorted(os.listdir("new/out")) == ["a.png", "b.png", "d.png"]
    for seed, name in enumerate(["a", "b", "d"]):
        np.testing.assert_array_equal(read(f"new/out/{name}.png"), completed(seed))
    assert "3 of 5 pictures done, 2 failed" in out
    assert len(err.splitlines()) == 2 and "c.jpg is not a PNG" in err and "e.png has no mask" in err

    os.remove("in/c.jpg")
    os.remove("in/e.png")
    assert run(*arguments) == 0  # results of before are replaced


def test_list_of_pictures(here, capsys):
    Path("l.txt").write_text("x.png m.png a.png\nnone.png m.png b.png\nx.png m.png c.jpg\n")
    assert run("--flist=l.txt") == 1
    np.testing.assert_array_equal(read("a.png"), completed())
    assert os.path.exists("c.jpg") and not os.path.exists("b.png")
    out, err = capsys.readouterr()
    assert "2 of 3 pictures done, 1 failed" in out and "none.png does not exist" in err


def test_bar_on_a_terminal_only(here, capsys, monkeypatch):
    Path("l.txt").write_text("x.png m.png a.png\nx.png m.png b.png\n")
    assert run("--flist=l.txt") == 0
    assert "2/2" not in capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert run("--flist=l.txt") == 0
    out, err = capsys.readouterr()
    assert "2/2" in err and "x.png -> b.png" in out


def test_names_that_the_terminal_cannot_show_do_no_harm(here):
    # A byte that is no UTF-8, as old archives leave them; and a terminal of ASCII alone.
    for name, encoding in [("caf\udce9.png", "utf-8"), ("café.png", "ascii")]:
        os.rename("x.png", name)
        done = subprocess.run(
            [sys.executable, "-c", _COPY, name],
            env={
                **os.environ,
                "PYTHONIOENCODING": encoding,
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        assert b"copied to caf" in done.stdout and done.stderr == b""
        os.rename(name, "x.png")


_COPY = """
import sys
from PIL import Image
from inpaint_tf.cli.inpaint import main
Image.new("1", (36, 24)).save("none.png")
sys.exit(main(["--image", sys.argv[1], "--mask", "none.png", "--weights", "random"]))
"""


def test_an_erased_object_is_filled_and_becomes_visible(here, stand_in):
    alpha = np.where(hole(), 0, 255).astype(np.uint8)
    Image.fromarray(np.dstack([pixels(), alpha])).save("erased.png")
    assert run("--image=erased.png", "--transparent_hole", "--output=o.png") == 0
    want = np.dstack([completed(), np.full_like(alpha, 255)])
    np.testing.assert_array_equal(read("o.png"), want)
    assert run("--image=erased.png", "--mask=m.png", "--output=p.png") == 0
    np.testing.assert_array_equal(read("p.png"), np.dstack([completed(), alpha]))


def test_the_authors_lines_with_a_size_for_all(here, stand_in):
    Path("list.txt").write_text("x.png m.png o.png\n")
    size = ["--image_height=48", "--image_width=36"]
    assert inpaint.main(["--flist=list.txt", *size, "--checkpoint=random"]) == 0
    got = read("o.png")
    assert got.shape == (48, 36, 3)
    doubled = np.repeat(hole(), 2, axis=0)
    assert (got[doubled] == 77).all()
    want = np.asarray(Image.fromarray(pixels()).resize((36, 48), Image.Resampling.BILINEAR))
    assert np.abs(got.astype(int) - want)[~doubled].max() <= 1
