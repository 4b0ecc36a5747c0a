"""Schedules, the moving average, records, the run directory, signals."""

import json
import os
import signal

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.errors import InputError
from inpaint_tf.training.average import MovingAverage
from inpaint_tf.training.checkpoints import Checkpoints, require_room
from inpaint_tf.training.console import duration
from inpaint_tf.training.records import Records
from inpaint_tf.training.run_directory import occupied
from inpaint_tf.training.schedules import learning_rate
from inpaint_tf.training.signals import stopping_on_signals


def test_schedules_by_hand():
    assert learning_rate(7, 10, 0.5) == 0.5
    assert learning_rate(5, 10, 1.0, "step", 0.1, 2) == pytest.approx(0.01)
    assert learning_rate(0, 10, 1.0, "cosine", 0.2) == 1.0
    assert learning_rate(5, 10, 1.0, "cosine", 0.2) == pytest.approx(0.6)
    assert learning_rate(10, 10, 1.0, "cosine", 0.2) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="linear"):
        learning_rate(0, 1, 1.0, "linear")


def test_moving_average_by_hand():
    variable, average = tf.Variable([1.0, 2.0]), tf.Variable([9.0, 9.0])
    moving = MovingAverage([variable], [average], 0.9)
    np.testing.assert_array_equal(average, [1, 2])
    want = np.array([1.0, 2.0])
    for n in range(200):
        variable.assign([float(n), 0.0])
        moving()
        keep = min(0.9, (1 + n) / (10 + n))
        want = keep * want + (1 - keep) * np.array([n, 0])
    np.testing.assert_allclose(average, want, rtol=1e-5)


def test_records_of_later_steps_are_dropped_when_a_run_goes_on(tmp_path):
    records = Records(str(tmp_path))
    for step in range(1, 6):
        records.scalars(step, {"loss": step / 2})
    records.picture(5, "validation", np.full([8, 9, 3], 7, np.uint8))
    records.close()
    with open(tmp_path / "metrics.jsonl", "a") as file:
        file.write('{"step": 6, "lo')  # the program was killed while it wrote
    again = Records(str(tmp_path), step=3)
    assert [record["step"] for record in again.history] == [1, 2, 3]
    again.scalars(4, {"loss": 9.0})
    again.close()
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [(r["step"], r["loss"]) for r in lines] == [(1, 0.5), (2, 1.0), (3, 1.5), (4, 9.0)]
    assert (tmp_path / "panels" / "validation_0000005.png").exists()


def test_checkpoints_keep_the_newest_and_survive_a_failed_save(tmp_path):
    checkpoints = Checkpoints(str(tmp_path / "c"), keep=2)
    variable = tf.Variable(0.0)
    checkpoints.track({"a/b": variable})
    for step in (1, 2, 3):
        variable.assign(step)
        checkpoints.save(step)
    assert checkpoints.latest()[0] == 3
    assert len(list((tmp_path / "c").glob("*.index"))) == 2
    os.unlink(tmp_path / "c" / "step-3.index")  # as after a crash of the machine
    step, prefix = checkpoints.latest()
    assert step == 2
    checkpoints.restore(prefix)
    assert float(variable) == 2
    checkpoints.track({"other": tf.Variable([1.0])})
    with pytest.raises(InputError, match="cannot be restored"):
        checkpoints.restore(prefix)


def test_a_full_or_closed_disk_is_a_sentence(tmp_path):
    with pytest.raises(InputError, match=r"MiB free; expected at least"):
        require_room(str(tmp_path), 2**60)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        require_room(str(blocked / "run"), 0)
    checkpoints = Checkpoints(str(tmp_path / "c"))
    checkpoints.track({"a": tf.Variable(1.0)})
    checkpoints.save(1)
    os.rename(tmp_path / "c", tmp_path / "moved")
    (tmp_path / "c").write_text("")  # nothing can be written below a file
    with pytest.raises(InputError, match="step 2 cannot be written .* the checkpoint before it"):
        checkpoints.save(2)


def test_a_directory_without_locks_or_with_those_of_others_can_be_used(tmp_path):
    with occupied(tmp_path), pytest.raises(InputError, match="is in use"), occupied(tmp_path):
        pass
    (tmp_path / ".lock").chmod(0o444)
    with occupied(tmp_path):
        pass
    (tmp_path / ".lock").unlink()
    (tmp_path / ".lock").mkdir()
    with occupied(tmp_path):
        pass


def test_signals_become_a_wish():
    with stopping_on_signals() as stop:
        assert not stop
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop and stop.name == "SIGTERM"
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_durations():
    assert duration(3723) == "01:02:03"
    assert duration(2 * 86400 + 5) == "2d 00:00:05"
