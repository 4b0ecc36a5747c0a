"""Checkpoints whose list is lost or whose newest files are damaged: the newest whole one counts."""

import os
import shutil

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.training.checkpoints import Checkpoints


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
def test_a_truncated_one_falls_back_to_the_one_before(saved, kind, size, caplog):
    path = os.path.join(saved, f"step-6.{kind}")
    os.truncate(path, min(size, os.path.getsize(path) - 1))
    with caplog.at_level("INFO", "inpaint_tf.training"):
        assert restored(saved)[:2] == (4, [4, -4])
    assert "step-6" in caplog.text and "skipped" in caplog.text


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
