"""Checkpoints whose list is lost or whose newest files are damaged: the newest whole one counts."""

import os
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.export.staging import choose_version
from inpaint_tf.training import checkpoints as checkpoints_module
from inpaint_tf.training.checkpoints import Checkpoints, require_room, required_bytes, step_of
from inpaint_tf.weights.tf1 import read_tf1


@pytest.fixture
def saved(tmp_path):
    """A directory with the checkpoints of steps 2, 4 and 6, which hold their step."""
    directory = str(tmp_path / "c")
    checkpoints, variable = Checkpoints(directory, keep=3), tf.Variable([0.0, 0.0])
    checkpoints.track({"x": variable})
    for step in (2, 4, 6):
        variable.assign([step, -step])
        checkpoints.save(step)
    return directory


def restored(directory):
    """(step, the variable) after restoring the newest."""
    checkpoints, variable = Checkpoints(directory, keep=3), tf.Variable([0.0, 0.0])
    step, prefix = checkpoints.latest()
    checkpoints.track({"x": variable})
    checkpoints.restore(prefix)
    return step, variable.numpy().tolist(), checkpoints, variable


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe junk", b'model_checkpoint_path: "x/step-9"']
)
def test_a_lost_list_is_made_anew_of_the_files(saved, content):
    path = os.path.join(saved, "checkpoint")
    os.unlink(path)
    if content is not None:
        with open(path, "wb") as file:
            file.write(content)
    step, values, checkpoints, variable = restored(saved)
    assert (step, values) == (6, [6, -6])
    variable.assign([8, -8])
    checkpoints.save(8)
    steps = sorted(name for name in os.listdir(saved) if name.endswith(".index"))
    assert steps == ["step-4.index", "step-6.index", "step-8.index"]  # 3 are kept, as before
    assert restored(saved)[:2] == (8, [8, -8])


def test_steps_are_numbers_not_words(tmp_path, saved):
    for kind in ("index", "data-00000-of-00001"):
        shutil.copy(os.path.join(saved, f"step-6.{kind}"), os.path.join(saved, f"step-10.{kind}"))
        shutil.copy(os.path.join(saved, f"step-6.{kind}"), os.path.join(saved, f"step-x.{kind}"))
    os.unlink(os.path.join(saved, "checkpoint"))
    assert Checkpoints(saved).latest()[0] == 10


@pytest.mark.parametrize("kind", ["index", "data-00000-of-00001"])
@pytest.mark.parametrize("size", [0, 10, 60])
def test_a_truncated_one_falls_back_to_the_one_before(saved, kind, size, caplog, monkeypatch):
    path = os.path.join(saved, f"step-6.{kind}")
    os.truncate(path, min(size, os.path.getsize(path) - 1))
    read, asked = checkpoints_module._read_all, []
    monkeypatch.setattr(
        checkpoints_module,
        "_read_all",
        lambda prefix: asked.append(step_of(prefix)) or read(prefix),
    )
    with caplog.at_level("INFO", "inpaint_tf.training"):
        assert restored(saved)[:2] == (4, [4, -4])
    assert "step-6" in caplog.text and "skipped" in caplog.text
    assert asked == [4]  # TensorFlow, which some of these would end, does not see the other


def test_one_whose_numbers_are_damaged_falls_back_to_the_one_before(saved, caplog):
    path = os.path.join(saved, "step-6.data-00000-of-00001")
    with open(path, "rb") as file:
        content = file.read()
    changed = np.float32([6, -6]).tobytes()
    assert content.count(changed) == 1
    with open(path, "wb") as file:
        file.write(content.replace(changed, np.float32([6, 6]).tobytes()))
    with caplog.at_level("INFO", "inpaint_tf.training"):
        step, values, checkpoints, variable = restored(saved)
    assert (step, values) == (4, [4, -4])
    assert caplog.text.count("step-6 cannot be restored") == 1
    variable.assign([6, -6])
    checkpoints.save(6)  # in its place
    assert restored(saved)[:2] == (6, [6, -6])


def test_what_killed_processes_left_is_removed(saved):
    os.mkdir(os.path.join(saved, "step-8_temp"))
    for name in ("step-8_temp/part-00000", "step-8.data-00000-of-00001.tempstate12"):
        open(os.path.join(saved, name), "wb").close()
    restored(saved)
    assert not [name for name in os.listdir(saved) if "temp" in name]


def steps_in(directory):
    return sorted(step_of(name[:-6]) for name in os.listdir(directory) if name.endswith(".index"))


def test_one_without_its_data_does_not_count(saved):
    os.unlink(os.path.join(saved, "step-6.data-00000-of-00001"))
    assert Checkpoints(saved).latest()[0] == 4
    assert step_of("a/step-120") == 120 and step_of("step-" + "9" * 18) == 10**18 - 1
    for name in ("step-x", "step-", "step-\u00b2", "step-\u0663", "step-" + "9" * 19):
        assert step_of(name) is None


def test_names_that_look_like_patterns(tmp_path, saved):
    strange = tmp_path / "a*b?{c}"
    os.rename(saved, strange)
    similar = tmp_path / "aab!{c}"
    shutil.copytree(strange, similar)
    for kind in ("index", "data-00000-of-00001"):
        os.rename(similar / f"step-6.{kind}", similar / f"step-7.{kind}")
    assert restored(str(strange))[:2] == (6, [6, -6])
    open(strange / "step-8.data-00000-of-00001.tempstate12", "wb").close()
    restored(str(strange))
    assert not [name for name in os.listdir(strange) if "temp" in name]


@pytest.mark.parametrize("name", ["[ab]", "a[", "a\\b"])
def test_names_that_tensorflow_would_not_find_again(tmp_path, saved, name):
    """A run there would begin anew each time."""
    os.rename(saved, tmp_path / name)
    with pytest.raises(InputError, match="--run_dir .* has a bracket or backslash in its path"):
        require_room(str(tmp_path / name), 0)
    with pytest.raises(InputError, match="--output_dir .* has a bracket or backslash"):
        choose_version(str(tmp_path / name / "c"))
    with pytest.raises(InputError, match="step-6 has a bracket or backslash"):
        read_tf1(str(tmp_path / name / "step-6"))


def test_variables_must_be_the_same_ones(saved):
    checkpoints, variable = Checkpoints(saved), tf.Variable([8.0, 8.0])
    prefix = checkpoints.latest()[1]
    for variables in ({"x": variable, "y": tf.Variable(1.0)}, {}, {"x": tf.Variable([1.0])}):
        checkpoints.track(variables)
        with pytest.raises(InputError, match="step-6 cannot be restored: .*; remove it to resume"):
            checkpoints.restore(prefix)


def test_those_kept_for_their_age(saved):
    """Half a second; the list, made anew, lets the oldest seem a second old."""
    os.unlink(os.path.join(saved, "checkpoint"))
    checkpoints = Checkpoints(saved, keep=1, keep_hours=0.5 / 3600)
    checkpoints.track({"x": tf.Variable([0.0, 0.0])})
    for step in (8, 9):
        checkpoints.save(step)
    assert steps_in(saved) == [2, 4, 6, 9]
    again = Checkpoints(saved, keep=3)
    again.track({"x": tf.Variable([0.0, 0.0])})
    for step in (10, 11, 12):
        again.save(step)
    assert steps_in(saved) == [2, 4, 6, 10, 11, 12]


def test_a_damaged_list_of_nothing(tmp_path):
    (tmp_path / "checkpoint").write_bytes(b"\xff\xfe junk")
    checkpoints = Checkpoints(str(tmp_path))
    assert checkpoints.latest() == (0, None)
    checkpoints.track({"x": tf.Variable([0.0, 0.0])})
    checkpoints.save(2)
    assert restored(str(tmp_path))[0] == 2


def test_only_one_process_writes(saved):
    names = {*os.listdir(saved), "step-8_temp"}
    os.mkdir(os.path.join(saved, "step-8_temp"))
    reader = Checkpoints(saved, writes=False)
    reader.track({"x": tf.Variable([0.0, 0.0])})
    reader.save(8)
    assert set(os.listdir(saved)) == names


def test_room_for_one_checkpoint_more_than_are_kept(tmp_path, monkeypatch):
    variables = [tf.Variable(tf.zeros([3, 5])), tf.Variable(tf.zeros([2], tf.int64))]
    assert required_bytes(variables, 2) == 3 * (3 * 5 * 4 + 2 * 8)
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_bavail=30, f_frsize=2**20))
    require_room(str(tmp_path / "a" / "b"), 30 * 2**20)
    assert os.listdir(tmp_path / "a" / "b") == []
    with pytest.raises(InputError, match="has 30 MiB free; expected at least 31 MiB for"):
        require_room(str(tmp_path), 31 * 2**20)
    with pytest.raises(InputError, match="has 30 MiB free"):
        require_room(str(tmp_path), 30 * 2**20 + 1)
