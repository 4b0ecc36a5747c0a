"""What TensorBoard and the files of a run are told, and when they can be read."""

import glob
import json

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.training.records import Records, leaves, save_picture


def told(folder):
    """The events of a folder, triples of step, name and number or picture."""
    events = []
    for path in sorted(glob.glob(f"{folder}/events.*")):
        for data in tf.data.TFRecordDataset(path).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(data)
            for value in event.summary.value:
                tensor = tf.make_ndarray(value.tensor)
                number = tensor.ndim == 0 and tensor.dtype == np.float32
                events.append((event.step, value.tag, float(tensor) if number else tensor))
    return events


def test_everything_is_there_at_once(tmp_path):
    """Nothing waits for the end of the run, which may not come."""
    records = Records(str(tmp_path))
    board = tmp_path / "tensorboard"
    records.scalars(3, {"loss": 0.5, "count": 2, "said": "a"})
    records.scalars(4, {"l1": 7.0}, kind="validation")
    assert told(board) == [(3, "loss", 0.5), (3, "count", 2.0), (4, "Validation/l1", 7.0)]
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert lines == [
        {"step": 3, "kind": "train", "loss": 0.5, "count": 2, "said": "a"},
        {"step": 4, "kind": "validation", "l1": 7.0},
    ]
    for step in (4, 8):
        records.compared(step, {"l1": 9.0})
    assert told(board / "telea") == [(4, "Validation/l1", 9.0), (8, "Validation/l1", 9.0)]
    assert len(list((board / "telea").iterdir())) == 1
    pixels = np.random.default_rng(0).integers(0, 256, [5, 8, 3], np.uint8)
    records.picture(4, "panel", pixels)
    step, name, (width, height, png) = told(board)[-1]
    assert (step, name, int(width), int(height)) == (4, "panel", 8, 5)
    np.testing.assert_array_equal(tf.io.decode_png(png), pixels)
    files = [tf.io.read_file(str(path)) for path in (tmp_path / "panels").iterdir()]
    np.testing.assert_array_equal(tf.io.decode_png(files[0]), pixels)
    records.configuration("a: 1", {"a": 1})
    names = [name for _, name, _ in told(board)]
    assert names[-2:] == ["configuration", "_hparams_/session_start_info"]
    records.close()


def test_a_run_that_begins_anew_has_no_records(tmp_path):
    first = Records(str(tmp_path))
    first.scalars(0, {"loss": 1.0})
    first.close()
    again = Records(str(tmp_path))
    again.close()
    assert again.history == [] and (tmp_path / "metrics.jsonl").read_text() == ""


def test_a_picture_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.png"
    save_picture(path, np.zeros([5, 8, 3], np.uint8))
    before = path.read_bytes()
    with pytest.raises((TypeError, ValueError)):
        save_picture(path, np.zeros([5, 8, 7], np.float32))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_leaves_are_named_by_their_way():
    values = {"a": 0, "b": None, "c": [False, {"d": ""}, (1.5,)], "e": {}}
    assert leaves(values) == {"a": 0, "c.0": False, "c.1.d": "", "c.2.0": 1.5}
