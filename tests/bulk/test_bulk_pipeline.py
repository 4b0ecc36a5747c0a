"""`inpaint bulk` as a pipeline within this process: what it writes, passes over and says."""

import hashlib
import os
import re

import pytest
from extras import reason_without

pytest.importorskip("apache_beam", reason=reason_without("bulk"))

import numpy as np
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.runners.runner import PipelineResult, PipelineState
from bulk_harness import MeanFill, a_mask, contents, here, lines, make_pictures, save
from mem_filesystem import MemoryFileSystem

from inpaint_tf.bulk import handler, runner
from inpaint_tf.bulk.storage import write_bytes
from inpaint_tf.cli import inpaint
from inpaint_tf.errors import InputError


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    stand_in = MeanFill()

    def make(weights, flags, compiled):
        stand_in.given.append(flags)
        return stand_in

    for module in (inpaint, handler):
        monkeypatch.setattr(module, "make_inpainter", make)
    return stand_in


@pytest.fixture
def places(tmp_path):
    """Folders of pictures, masks and results."""
    places = tmp_path / "photos", tmp_path / "masks", tmp_path / "done"
    make_pictures(*places[:2])
    return places


@pytest.mark.parametrize("more", [[], ["--feather=3", "--grow=1", "--transparent_hole"]])
def test_files_are_those_of_test_py(places, tmp_path, stand_in, capsys, more):
    photos, masks, done = places
    plain = tmp_path / "plain"
    common = ["--weights=random", *more]
    folders = [f"--image_dir={photos}", f"--mask_dir={masks}", f"--output_dir={plain}"]
    assert inpaint.main([*folders, *common]) == 0
    assert set(stand_in.batches) == {1}
    stand_in.batches.clear()
    capsys.readouterr()
    patterns = (f"--images={photos}/{some}*" for some in ("[!g]", "g"))  # divided in two
    assert here(*patterns, "--masks", masks, "--output", done, *common) == 0
    out, err = capsys.readouterr()
    expected = contents(plain)
    assert contents(done) == expected and len(expected) == 14
    # Of 24x36 there are two coloured, three grey and three clear ones.
    assert sorted(stand_in.batches) == [1, 1, 1, 1, 2, 3, 3]
    assert out.startswith("notice: the weights are random")
    assert "12 done, 2 without a hole copied" in out and "1 file(s) are masks, or no" in out
    assert err == ""
    entries = lines(done, "manifest")
    assert len(entries) == 14 and lines(done, "failed") == {}
    color = entries["color3.png"]
    assert color["sha256"] == hashlib.sha256(expected["color3.png"]).hexdigest()
    assert (color["height"], color["width"]) == (17, 40)
    given = (str(folder / "color3.png") for folder in places)
    assert (color["image"], color["mask"], color["output"]) == tuple(given)
    assert color["notices"][-1:] == [f"{color['hole']} pixels are doubtful."]
    if not more:
        assert color["hole"] == 8 * 12 and entries["whole.png"]["hole"] == 0


def test_no_picture_stops_the_others(places, tmp_path, capsys):
    photos, masks, done = places
    (photos / "color1.png").write_bytes((photos / "color1.png").read_bytes()[:600])
    (photos / "bad.png").write_bytes(b"nonsense")
    save(masks / "bad.png", a_mask(24, 36))
    (masks / "grey0_mask.png").unlink()
    save(photos / "color2.jpg", np.zeros([24, 36, 3], np.uint8))
    no_text = os.fsencode(photos) + b"/\xff.png"
    os.close(os.open(no_text, os.O_CREAT))
    common = ["--weights=random", "--quiet"]
    assert here("--images", photos, "--masks", masks, "--output", done, *common) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: 6 pictures failed;") and err.count("\n") == 1
    failed = lines(done, "failed")
    reasons = {name: entry["reason"] for name, entry in failed.items()}
    assert "no Unicode" in reasons.pop("\\udcff.png")
    assert sorted(reasons) == ["bad.png", "color1.png", "color2.jpg", "color2.png", "grey0.png"]
    assert reasons["bad.png"] == f"{photos}/bad.png is not a PNG, JPEG, WebP, BMP or TIFF picture."
    assert f"{photos}/color1.png is cut short" in reasons["color1.png"]
    assert "has no mask" in reasons["grey0.png"] and "both be written" in reasons["color2.jpg"]
    assert set(contents(done)) == {
        *(f"{name}.png" for name in ("color0", "color3", "grey1", "grey2", "deep", "photo")),
        *(f"clear{number}.png" for number in range(3)),
        "whole.png",
        "whole2.png",
    }
    # Mended, they are done; the others are not touched.
    before = {path: os.stat(done / path).st_mtime_ns for path in contents(done)}
    os.unlink(photos / "color2.jpg")
    os.unlink(no_text)
    make_pictures(tmp_path / "again", tmp_path / "again_masks")
    os.replace(tmp_path / "again" / "color1.png", photos / "color1.png")
    assert here("--images", photos, "--masks", masks, "--output", done, "--weights=random") == 1
    assert "2 done, 11 there already, 2 failed" in capsys.readouterr().out
    assert {path: os.stat(done / path).st_mtime_ns for path in before} == before
    assert sorted(lines(done, "failed")) == ["bad.png", "grey0.png"]
    assert len(lines(done, "manifest")) == 15


def test_a_picture_that_the_network_cannot_complete_fails_alone(places, stand_in, capsys):
    photos, masks, done = places

    class Failing(MeanFill):
        def __call__(self, image, mask, **options):
            if mask.ndim == 3 or (image.shape[2:] == (3,) and image.shape[0] == 17):
                raise ValueError("a fault")
            return super().__call__(image, mask, **options)

    stand_in.__class__ = Failing
    assert here("--images", photos, "--masks", masks, "--output", done, "--weights=random") == 1
    assert capsys.readouterr().err.startswith("error: 1 picture failed;")
    failed = lines(done, "failed")
    assert list(failed) == ["color3.png"]
    assert "color3.png cannot be completed: ValueError: a fault" in failed["color3.png"]["reason"]
    assert len(contents(done)) == 13


def test_results_of_other_settings_are_not_mixed(places, stand_in, capsys):
    photos, masks, done = places
    common = ["--images", photos, "--masks", masks, "--output", done, "--weights=random"]
    assert here(*common, "--batch_size=1", "--threads=3", "--quiet") == 0
    assert set(stand_in.batches) == {1} and stand_in.given[-1].threads == 3
    assert here(*common, "--batch_size=3", "--quiet") == 0
    assert here(*common, "--grow=4") == 2
    err = capsys.readouterr().err
    assert f"error: {done} holds results with other settings (grow was 0, is 4)" in err


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"--images": "{0}/*.webp"}, r"--images .*photos/\*.webp matches no file"),
        ({"--masks": "{0}/none/*"}, r"--masks .*none/\* matches no file"),
        ({"--images": "nowhere://b/*"}, "nowhere://b/[*] cannot be listed: Unable to get filesy"),
        ({"--images": ["{0}", "{0}/none/*"]}, r"--images .*none/\* matches no file"),
        ({"--weights": "mem://b/w.safetensors"}, "--weights mem://b/w.safetensors does not exist"),
        ({"--output": "{1}"}, "would lie among the pictures or masks"),
        ({"--images": "{0}/../*/*", "--output": "{0}/.."}, "would lie among the pictures"),
        ({"--output": "{0}"}, "would lie among the pictures or masks"),
        ({"--images": "{0}/**", "--output": "{0}/x"}, "would lie among the pictures or masks"),
        (
            {"--runner": "Nowhere"},
            "--runner Nowhere cannot be used: Unexpected",
        ),
        ({"--ouptut": "x"}, "--ouptut is not a flag; did you mean --output?"),
    ],
)
def test_what_is_refused_before_anything_runs(places, capsys, change, sentence):
    photos, masks, done = places
    flags = {"--images": photos, "--masks": masks, "--output": done, "--weights": "random"}
    flags.update(change)
    given = [
        f"{name}={value}".format(photos, masks)
        for name, values in flags.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    assert here(*given) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and not done.exists()
    assert re.search(sentence, err), err


def test_weights_that_no_worker_can_use_are_a_sentence(places, monkeypatch, capsys):
    photos, masks, done = places

    def refuse(weights, flags, compiled):
        raise InputError("x.safetensors is not a readable safetensors file: it is short.")

    monkeypatch.setattr(handler, "make_inpainter", refuse)
    assert here("--images", photos, "--masks", masks, "--output", done, "--weights=random") == 2
    assert capsys.readouterr().err == (
        "error: the pipeline failed: x.safetensors is not a readable safetensors file: it is "
        "short.\n"
    )
    assert contents(done) == {}


@pytest.mark.parametrize(
    "given, workers, threads",
    [
        ([], 4, 1),
        (["--direct_num_workers=2"], 2, 2),
        (["--direct_num_workers", "0", "--runner", "DirectRunner"], 4, 1),
        (["--direct_running_mode=in_memory"], 1, 4),
        (["--direct_num_workers=9"], 9, 1),
        (["--runner=FlinkRunner", "--parallelism=9"], 1, 0),
    ],
)
def test_cores_are_shared_out(monkeypatch, given, workers, threads):
    monkeypatch.setattr(runner, "cores", lambda: 4)
    options = runner.options_of(given, ["images"])
    assert options.view_as(DirectOptions).direct_num_workers == workers
    assert runner.threads_of(options) == threads


def test_any_filesystem_of_beam(places, capsys):
    photos, masks, done = places
    assert here("--images", photos, "--masks", masks, "--output", done, "--weights=random") == 0
    with MemoryFileSystem.emptied() as files:
        for folder, name in ((photos, "mem://b/in/2026"), (masks, "mem://b/masks/2026")):
            for path in folder.iterdir():
                files[f"{name}/{path.name}"] = path.read_bytes()
        arguments = ["--images=mem://b/in/**", "--masks=mem://b/masks/**", "--output=mem://b/out"]
        assert here(*arguments, "--weights=random") == 0
        results = {
            name.rpartition("/")[2]: data
            for name, data in files.items()
            if name.startswith("mem://b/out/2026/")
        }
        assert results == contents(done)
        written = list(files)
        assert any(name.startswith("mem://b/out/_bulk/manifest") for name in written)
        assert not any(".partial-" in name for name in written)
        capsys.readouterr()
        assert here(*arguments, "--weights=random") == 0
        assert "14 there already" in capsys.readouterr().out
        write_bytes("mem://b/x.png", b"1")
        write_bytes("mem://b/x.png", b"2")
        assert files["mem://b/x.png"] == b"2"
        MemoryFileSystem.full = True
        with pytest.raises(InputError, match="mem://b/y.png cannot be written: no space"):
            write_bytes("mem://b/y.png", b"1")


def test_a_runner_that_counts_nothing_has_run_all_the_same():
    assert runner._counted(PipelineResult(PipelineState.DONE)) == {}
