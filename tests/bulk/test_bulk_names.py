"""Names and pairs of `inpaint bulk`, which need no Beam."""

import subprocess
import sys

import pytest
from absl import flags

from inpaint_tf.bulk.command import define, main, task_of
from inpaint_tf.bulk.names import as_pattern, is_picture, key_of, mask_keys, prefix_of, result_of
from inpaint_tf.bulk.pairing import Rule, paired
from inpaint_tf.errors import InputError
from inpaint_tf.inference.folder import Job

OWN = Rule("done", with_masks=True)


@pytest.mark.parametrize(
    "name, pattern, prefix",
    [
        ("photos", "photos/*", "photos/"),
        ("gs://b/photos/", "gs://b/photos/*", "gs://b/photos/"),
        ("gs://b/2*/x/**.jpg", "gs://b/2*/x/**.jpg", "gs://b/"),
        ("d/a?.png", "d/a?.png", "d/"),
        ("d?/a.png", "d?/a.png", ""),
        ("d/e[12]/a.png", "d/e[12]/a.png", "d/"),
        ("*.png", "./*.png", "./"),
        ("d/x.png", "d/x.png", "d/"),
        ("x.png", "./x.png", "./"),
    ],
)
def test_patterns_and_what_of_them_is_no_name(name, pattern, prefix):
    assert as_pattern(name) == pattern and prefix_of(pattern) == prefix


def test_names_keep_their_folders():
    assert key_of("gs://b/p/x/é.v2.jpg", "gs://b/p/") == "x/é.v2"
    assert key_of("p/é.png", "p/") == key_of("p/é.jpg", "p/")  # an accent of its own or not
    assert result_of("gs://b/p/x/a.v2.jpg", "gs://b/p/", "gs://b/o") == "gs://b/o/x/a.v2.png"
    assert mask_keys("m/x/a_mask.png", "m/") == [("x/a_mask", True), ("x/a", False)]
    assert [is_picture(f"d/{name}") for name in ("a.JPG", ".a.png", "a.txt", "a")] == [
        True,
        False,
        False,
        False,
    ]


def test_pairs():
    image, exact, other = ("p/a.jpg", "p/"), ("m/a.png", True), ("m/a_mask.png", False)
    job = Job("p/a.jpg", "m/a.png", "done/a.png")
    assert paired([image], [other, exact], [], OWN) == ([job], [])
    assert paired([image], [other], [], OWN) == ([job._replace(mask="m/a_mask.png")], [])
    assert paired([image], [], [], Rule("done", one_mask="one.png")) == (
        [job._replace(mask="one.png")],
        [],
    )
    assert paired([], [exact], [], OWN) == ([], [])
    jobs, both = paired([image, ("p/a.png", "p/")], [exact], ["done/a.png"], OWN)
    assert jobs == [] and [entry["state"] for entry in both] == ["failed", "failed"]
    jobs, (entry,) = paired([image], [exact], ["done/a.png"], OWN)
    assert jobs == [] and entry["state"] == "there" and entry["output"] == "done/a.png"


@pytest.mark.parametrize(
    "images, masks, sentence",
    [
        ([("p/a.jpg", "p/")], [], "p/a.jpg has no mask; expected one of its name"),
        (
            [("p/a.jpg", "p/")],
            [("m/a.png", True), ("m/a.jpg", True)],
            "p/a.jpg has the masks m/a.jpg and m/a.png; expected one",
        ),
        (
            [("p/a.jpg", "p/"), ("p/a.png", "p/")],
            [("m/a.png", True)],
            "p/a.jpg and p/a.png would both be written to done/a.png.",
        ),
    ],
)
def test_pictures_that_cannot_be_paired_fail_alone(images, masks, sentence):
    jobs, records = paired(images, masks, [], OWN)
    assert jobs == [] and len(records) == len(images)
    assert {entry["state"] for entry in records} == {"failed"}
    assert all(entry["reason"].startswith(sentence) for entry in records)


def task(*arguments):
    values = flags.FlagValues()
    define(values)
    values(["bulk", *arguments])
    return task_of(values)


def test_flags_make_a_task():
    made = task("--images", "p", "--images=q/*.png", "--masks", "m", "--output", "o/", "--grow=2")
    assert made.images == ("p/*", "q/*.png") and made.rule == Rule("o", True, None)
    assert made.source.grow == 2 and made.network.weights.endswith(".safetensors")
    assert task("--images", "p", "--masks", "m.png", "--output", "o").rule.one_mask == "./m.png"
    for marks in ("--box=1,2,3,4", "--hole_color=1,2,3", "--transparent_hole"):
        assert task("--images=p", marks, "--output=o").masks is None


def test_no_flag_is_lost(tmp_path):
    (tmp_path / "w.safetensors").touch()
    given = {
        "weights": str(tmp_path / "w.safetensors"),
        "device": "cpu",
        "padding": "symmetric",
        "precision": "bfloat16",
        "detail": "on",
        "seed": 3,
        "working_size": "99",
        "threads": 2,
    }
    pictures = {"feather": 4, "max_pixels": 9999, "batch_size": 5}
    flags = [f"--{name}={value}" for name, value in {**given, **pictures}.items()]
    places = ["--images=p", "--masks=m", "--output=o"]
    made = task(*places, *flags, "--image_height=64", "--image_width=72")
    assert made.network._asdict() == given
    assert {name: getattr(made, name) for name in pictures} == pictures and made.size == (64, 72)


def test_an_unknown_device_is_a_sentence(capsys):
    assert main(["--images=p", "--masks=m", "--output=o", "--device=tpu"]) == 2
    assert capsys.readouterr().err.startswith("error: --device tpu is unknown; expected auto, cpu")


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--output", "o"], "--images is missing"),
        (["--images", "p", "--masks", "m"], "--output is missing"),
        (["--images=p", "--masks=m", "--output=o [1]"], r"o \[1\] holds one of"),
        (["--images", "p", "--output", "o"], "nothing marks the hole; give --masks, --box"),
        (["--images", "p", "--masks", "p/", "--output", "o"], "so pictures would be masks"),
        (["--images=p", "--box=1,2,3,4", "--output=o", "--invert_mask"], "is about masks"),
        (["--images=p", "--masks=m", "--output=o", "--weights=gs://b/w"], "expected one .safete"),
        (["--images=p", "--masks=m", "--output=o", "--weights=none"], "none does not exist"),
        (["--images=p", "--masks=m", "--output=o", "--image_height=64"], "belong together"),
        (["--images=p", "--masks=m", "--output=o", "--working_size=x"], "is not a size"),
    ],
)
def test_what_is_refused(arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        task(*arguments)


def test_without_the_extra_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["--images", "p", "--masks", "m", "--output", "o", "--runner=FlinkRunner"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: bulk needs the package apache_beam; pip install")


def test_flags_are_read_without_beam_and_tensorflow():
    code = (
        "import sys, inpaint_tf.bulk.command; "
        "sys.exit(any(name in sys.modules for name in ('apache_beam', 'tensorflow')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
