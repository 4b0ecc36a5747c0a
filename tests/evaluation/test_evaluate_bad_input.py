"""`python -m inpaint_tf.evaluate`: the pictures, masks and flags it refuses, in one sentence."""

import os

import numpy as np
import pytest
from evaluate_files import HEIGHT, WIDTH, save, save_mask, save_noisy_photos

from inpaint_tf.evaluate import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with three noisy pictures."""
    monkeypatch.chdir(tmp_path)
    save_noisy_photos()
    return tmp_path


def break_photos(kind):
    if kind == "empty":
        for name in os.listdir("photos"):
            os.remove(f"photos/{name}")
    elif kind == "damaged":
        with open("photos/2.png", "r+b") as file:
            file.truncate(2000)
    elif kind == "no picture":
        with open("photos/1.png", "w") as file:
            file.write("hello")
    elif kind == "sizes":
        save("photos/1.png", np.zeros([WIDTH, HEIGHT, 3], np.uint8))
    elif kind == "tiny":
        for number in range(3):
            save(f"photos/{number}.png", np.zeros([40, 10, 3], np.uint8))


@pytest.mark.parametrize(
    "kind, words",
    [
        ("empty", ["photos", "holds no pictures"]),
        ("damaged", ["photos/2.png", "cannot be decoded"]),
        ("no picture", ["photos/1.png", "cannot be decoded"]),
        ("sizes", ["photos/1.png", "40x64", "64x40", "--size 256"]),
        ("tiny", ["10x40", "at least 11"]),
    ],
)
def test_pictures_that_cannot_be_used_are_named(here, capsys, kind, words):
    break_photos(kind)
    refused(["--images=photos", "--masks=center", "--weights=none"], words, capsys)


def test_directories_of_results_do_not_stay_behind_a_refusal(here, capsys):
    break_photos("damaged")
    os.mkdir("masks")  # was there before
    for folders in (["new", "other"], ["new/deep", "new/deep"], ["masks", "new"]):
        flags = [f"--output_dir={folders[0]}", f"--save_pictures={folders[1]}"]
        flags += ["--images=photos", "--masks=center", "--weights=none"]
        refused(flags, ["photos/2.png", "cannot be decoded"], capsys)
        assert sorted(os.listdir()) == ["masks", "photos"]


@pytest.mark.parametrize(
    "rows, size, words",
    [
        (slice(0), (HEIGHT, WIDTH), ["m.png", "marks no hole"]),
        (slice(None), (HEIGHT, WIDTH), ["m.png", "hole all over"]),
        (slice(9), (WIDTH, HEIGHT), ["m.png", "40x64", "64x40", "same proportions"]),
        (slice(9), (HEIGHT, HEIGHT), ["m.png", "40x40", "64x40"]),
    ],
)
def test_masks_that_fit_nothing_are_named(here, capsys, rows, size, words):
    save_mask("masks/a.png", slice(9))
    save_mask("masks/m.png", rows, size=size)
    refused(["--images=photos", "--masks=masks", "--weights=none"], words, capsys)


@pytest.mark.parametrize(
    "flags, words",
    [
        (
            ["--images=photos", "--masks=center", "--weights=none", "--working_size=65"],
            ["working_size 65", "above the longer side of the pictures (64x40)", "at most 64"],
        ),
        (["--masks=center", "--weights=none"], ["--images is missing"]),
        (["--images=photos", "--weights=none"], ["--masks is missing", "center, box, brush"]),
        (["--images=photos", "--masks=centre", "--weights=none"], ["--masks", "'centre'"]),
        (["--images=photos", "--masks=center", "--weights=w"], ["--weights w does not exist"]),
        (["--images=nowhere", "--masks=center", "--weights=none"], ["--images", "nowhere"]),
        (["--images=photos", "--masks=center", "--weights=photos"], ["photos", "without weights"]),
        (
            [
                "--images=photos/0.png",
                "--masks=center",
                "--weights=none",
                "--output_dir=photos/0.png",
            ],
            ["--output_dir photos/0.png cannot be made"],
        ),
        (
            ["--images=photos", "--masks=center", "--weights=none", "--output_dir=photos/new"],
            ["--output_dir photos/new is in --images photos", "outside"],
        ),
        (
            ["--images=photos/0.png", "--masks=photos", "--weights=none", "--save_pictures=photos"],
            ["--save_pictures photos is in --masks photos", "outside"],
        ),
        (
            ["--images=photos", "--masks=center", "--weights=none", "--size=8193"],
            ["--size=8193", "8192"],
        ),
        (
            ["--images=photos", "--masks=center", "--weights=none", "--baseline_weights=w"],
            ["--baseline_weights w does not exist"],
        ),
    ],
)
def test_flags_that_say_too_little_or_wrong_are_refused(here, capsys, flags, words):
    refused(flags, words, capsys)


def refused(arguments, words, capsys):
    """Status 2, one line of standard error with these words, and nothing written."""
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ") and err.count("\n") == 1
    for word in words:
        assert word in err
    assert set(os.listdir()) <= {"photos", "masks"}
