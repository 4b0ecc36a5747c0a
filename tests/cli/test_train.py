"""`python train.py`: trying, refusing, fine-tuning, and what `test.py` makes of a run."""

import contextlib
import io
import json
import os
import pathlib
import re
import sys

import numpy as np
import pytest
import tensorflow as tf
import yaml
from PIL import Image

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/training")

from run_files import tiny_values, write_config, write_pictures
from safetensors.numpy import load_file

from inpaint_tf.assembly import run
from inpaint_tf.assembly.initial import initial_weights
from inpaint_tf.cli.train import main
from inpaint_tf.training.run_directory import occupied
from inpaint_tf.weights.safetensors import says_detail


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("train")
    write_pictures(folder / "train")
    write_pictures(folder / "val", count=3, seed=9)
    return folder


@pytest.fixture(scope="module")
def config(folder):
    values = tiny_values(folder)
    values["network"]["attention"] = True
    values["train"].update(deterministic=False, save_every=10)
    values["train"]["phases"] = [
        {"steps": 2, "size": [64, 72], "batch": 2, "losses": "reconstruction", "stage": "coarse"},
        {"steps": 1, "size": [128, 144], "batch": 2},
    ]
    values["train"]["adam"] = {"shared": True}
    values["data"]["resize"] = [132, 150]
    return str(write_config(folder, values))


@pytest.fixture(scope="module")
def short(folder, config):
    """The same with one step of the coarse network alone: a third of the time."""
    values = yaml.safe_load(pathlib.Path(config).read_text())
    values["train"]["phases"] = [{**values["train"]["phases"][0], "steps": 1}]
    values["validation"] = {"every": 0}
    (folder / "short").mkdir()
    return str(write_config(folder / "short", values))


@pytest.fixture(scope="module")
def run_dir(folder, config):
    """A finished run: the coarse network alone, then both players on pictures of twice the size."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["--config", config, "--run_dir", str(folder / "run")]) == 0
    (folder / "said.txt").write_text(said.getvalue())
    return folder / "run"


def refused(capsys, *arguments):
    """The sentence with which the command refuses."""
    assert main(list(arguments)) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ") and len(err.strip().splitlines()) == 1, err
    return err


def test_help(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for flag in ("--config", "--set", "--run_dir", "--resume", "--init_weights", "--dry_run"):
        assert flag in out


@pytest.mark.parametrize("which", ["short", pytest.param("config", marks=pytest.mark.slow)])
def test_dry_run_checks_draws_measures_and_trains_nothing(folder, request, which, capsys):
    run_dir = folder / f"dry {which}"
    config = request.getfixturevalue(which)
    if which == "config":  # two phases and both players would take half a minute to compile
        request.getfixturevalue("eagerly")
    assert main(["--config", config, "--run_dir", str(run_dir), "--dry_run"]) == 0
    out = capsys.readouterr().out
    for words in ("data: 6 pictures, 0 cannot", "parameters", "GFLOP", "s per step", "memory:"):
        assert words in out
    assert ("critic update" in out) == (which == "config")
    sheet = np.asarray(Image.open(run_dir / "dry_run.png"))
    assert sheet.shape == (4 * 64 + 3 * 2, 4 * 72 + 3 * 2, 3)
    assert not (run_dir / "checkpoints").exists()


def test_a_run_tells_what_it_does(folder, run_dir):
    said = (folder / "said.txt").read_text()
    assert "step 3/3" in said and "finished 3 steps" in said
    assert "Telea" in said and "validation at step 3" in said
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert [r["step"] for r in records if r["kind"] == "train"] == [1, 2, 3]
    assert "critic/local_wasserstein" in records[-2] and "psnr" in records[-1]
    assert len(list((run_dir / "panels").glob("*.png"))) == 1
    assert len(list((run_dir / "checkpoints").glob("*.index"))) == 1


def test_the_console_speaks_at_once_and_estimates_nothing_from_compiling(folder, run_dir):
    said = (folder / "said.txt").read_text().splitlines()
    device = next(n for n, line in enumerate(said) if line.startswith("device: "))
    assert re.fullmatch(r"device: (the CPU|one GPU|\d+ GPUs).*, in float32", said[device])
    assert said[device + 1] == "pictures: 6 to train on"
    one, two = (said.index(f"phase {n} of 2: compiling") for n in (1, 2))
    steps = [line for line in said if line.startswith("step ")]
    assert device < one < said.index(steps[0]) and said.index(steps[1]) < two
    # The first step of each phase was compiled; the second phase has no other.
    assert [" ETA " in line for line in steps] == [False, True, False]


def test_tensorboard_tells_the_configuration_the_rate_and_telea(run_dir):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    boards = {}
    for name in (".", "telea"):
        boards[name] = EventAccumulator(str(run_dir / "tensorboard" / name))
        boards[name].Reload()
    tags = boards["."].Tags()["tensors"]
    assert {"learning_rate", "Validation/psnr", "configuration"} <= set(tags)
    assert min(tags) == "Validation/contrast"  # TensorBoard sorts them so
    assert "_hparams_/session_start_info" in boards["."].summary_metadata
    (text,) = boards["."].Tensors("configuration")
    assert b"critic_updates" in text.tensor_proto.string_val[0]
    (line,) = boards["telea"].Tensors("Validation/psnr")
    first = json.loads((run_dir / "metrics.jsonl").read_text().splitlines()[0])
    assert first["kind"] == "telea" and line.step == 3
    assert tf.make_ndarray(line.tensor_proto) == pytest.approx(first["psnr"], rel=1e-5)
    rates = [tf.make_ndarray(each.tensor_proto) for each in boards["."].Tensors("learning_rate")]
    assert len(rates) == 3 and rates[0] == pytest.approx(1e-4)


def test_what_is_kept_is_the_moving_average(run_dir):
    saved = tf.train.load_checkpoint(tf.train.latest_checkpoint(str(run_dir / "checkpoints")))

    def value(name):  # as TensorFlow writes a dictionary's keys
        key = name.replace("/", ".S")
        return saved.get_tensor(f"variables/{key}/.ATTRIBUTES/VARIABLE_VALUE")

    assert value("average/updates") == 3
    differences = []
    for name, kept in load_file(run_dir / "weights_last.safetensors").items():
        np.testing.assert_array_equal(kept, value(f"average/{name}"), err_msg=name)
        differences.append(np.abs(kept - value(f"generator/{name}")).max())
    assert max(differences) > 1e-6  # steps of 1e-4, of which the average keeps a part behind


def test_test_py_takes_a_run_directory(folder, run_dir, capsys):
    from inpaint_tf.cli.inpaint import main as inpaint

    mask = np.zeros([70, 84], np.uint8)
    mask[20:50, 30:60] = 255
    Image.fromarray(mask).save(folder / "mask.png")
    picture, out = folder / "train" / "0.jpg", folder / "out.png"
    arguments = ["--image", picture, "--mask", folder / "mask.png", "--output", out]
    assert inpaint([*map(str, arguments), "--weights", str(run_dir)]) == 0
    completed, original = (np.asarray(Image.open(path)) for path in (out, picture))
    np.testing.assert_array_equal(completed[mask == 0], original[mask == 0])
    assert (completed[mask > 0] != original[mask > 0]).any()


def test_fine_tuning_names_what_fits(folder, short, run_dir, eagerly, capsys, monkeypatch):
    def asking_for_detail(*given):
        return initial_weights(*given)._replace(detail=True)

    monkeypatch.setattr(run, "initial_weights", asking_for_detail)
    arguments = ["--config", short, "--set", "train.phases.0.learning_rate=1e-12"]
    tuned = folder / "tuned"
    assert main([*arguments, "--run_dir", str(tuned), "--init_weights", str(run_dir)]) == 0
    assert "for the critics" not in capsys.readouterr().out  # there are none
    given, kept = (load_file(each / "weights.safetensors") for each in (run_dir, tuned))
    for name, array in given.items():
        np.testing.assert_allclose(kept[name], array, atol=1e-6, err_msg=name)
    assert says_detail(tuned / "weights.safetensors")
    arguments[-1] = "train.phases.0.steps=2"
    here = [*arguments, "--run_dir", str(tuned), "--init_weights"]
    assert main([*here, os.path.relpath(run_dir)]) == 0  # the same command resumes
    assert "resuming after step 1 of 2" in capsys.readouterr().out
    assert says_detail(tuned / "weights.safetensors")
    began = f"that began from {run_dir}, not from --init_weights"
    assert began in refused(capsys, *here, "bundled")
    err = refused(
        capsys, *arguments, "--set", "network.padding=same", "--run_dir", str(folder / "other"),
        "--init_weights", str(run_dir),
    )  # fmt: skip
    assert "--set network.options.padding=symmetric starts from them" in err


def test_a_run_is_not_started_over(config, run_dir, capsys):
    err = refused(capsys, "--config", config, "--run_dir", str(run_dir), "--noresume")
    assert "holds a run at step 3" in err
    err = refused(
        capsys, "--config", config, "--run_dir", str(run_dir), "--init_weights", str(run_dir)
    )
    assert f"did not begin from weights, not from --init_weights {run_dir}" in err


def test_a_directory_is_for_one_process(config, run_dir, capsys):
    here = ["--config", config, "--run_dir", str(run_dir)]
    with occupied(run_dir):
        assert "is in use: another process trains there" in refused(capsys, *here)
    assert main(here) == 0  # and it is free again after a refusal


def test_what_is_refused_before_training(folder, config, tmp_path, capsys):
    here = ["--config", config, "--run_dir", str(tmp_path / "run")]
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.jpg").write_bytes(b"broken")
    (tmp_path / "one").mkdir()
    Image.new("RGB", (80, 72)).save(tmp_path / "one" / "1.png")
    for override, words in [
        (f"data.val={tmp_path / 'nowhere'}", "data.val: '"),
        (f"data.val={tmp_path / 'bad.jpg'}", "bad.jpg cannot be decoded"),
        (f"data.train={tmp_path / 'empty'}", "holds no pictures"),
        (f"data.train={tmp_path / 'nowhere'}", "does not exist"),
        (f"data.train={tmp_path / 'one'}", "one' holds 1 picture; expected at least one batch, "),
        ("data.train=''", "config.data.train is empty"),
        ("train.phases.0.batch=7", "6 pictures; expected at least one batch, 7"),
        ("data.trian=x", "did you mean 'train'"),
    ]:
        assert words in refused(capsys, *here, "--set", override)
    assert "is not a config file" in refused(capsys, "--config", "nothing.yml")
    assert "does not exist" in refused(capsys, *here, "--init_weights", str(tmp_path / "w"))
    assert "cannot be written" in refused(
        capsys, "--config", config, "--run_dir", f"{config}/below"
    )
    assert os.listdir(tmp_path / "run") == [".lock"]


def test_a_number_that_is_none_stops_the_run_by_name(short, tmp_path, eagerly, capsys):
    err = refused(
        capsys, "--config", short, "--run_dir", str(tmp_path / "run"),
        "--set", "train.phases.0.learning_rate=1e30", "--set", "train.phases.0.steps=9",
    )  # fmt: skip
    assert "became" in err and "generator/" in err and "at step" in err


def test_bad_pictures(folder, short, tmp_path, eagerly, capsys):
    write_pictures(tmp_path / "some", count=4)
    (tmp_path / "some" / "1.jpg").write_bytes(b"broken")
    here = ["--config", short, "--set", f"data.train={tmp_path / 'some'}"]
    err = refused(capsys, *here, "--run_dir", str(tmp_path / "a"), "--dry_run")
    assert "1 of 4 pictures cannot be used" in err and "1.jpg" in err
    assert "1.jpg cannot be decoded" in refused(capsys, *here, "--run_dir", str(tmp_path / "b"))
    skip = [*here, "--set", "data.skip_bad=true", "--run_dir", str(tmp_path / "c")]
    assert main(skip) == 0
    out = capsys.readouterr().out
    assert out.count("skipped file") == 1 and "1.jpg" in out
