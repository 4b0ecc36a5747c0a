"""The parts of `inpaint bulk` one by one: what tests of the whole pipeline do not see."""

import json
import logging
import os
import pathlib
import signal
import sys
from types import SimpleNamespace

import pytest
from extras import reason_without

pytest.importorskip("apache_beam", reason=reason_without("bulk"))

import numpy as np
import tensorflow as tf
from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems
from apache_beam.ml.inference.base import PredictionResult
from bulk_harness import MeanFill, a_mask, save
from mem_filesystem import MemoryFileSystem
from PIL import Image

from inpaint_tf.bulk import checks, command, handler, pipeline, runner, steps, storage, worker
from inpaint_tf.bulk.pairing import Rule
from inpaint_tf.bulk.records import as_line, failure
from inpaint_tf.bulk.task import Network, Task
from inpaint_tf.cli.progress import Report
from inpaint_tf.errors import InputError
from inpaint_tf.inference.completion import Prepared
from inpaint_tf.inference.folder import Job
from inpaint_tf.inference.hole import HoleSource
from inpaint_tf.inference.photo import Photo


def a_task(folder, **settings):
    rule = Rule(str(folder), True)
    return Task(("p/*",), "m/*", rule, HoleSource(), Network("random"), **settings)


def prepared(height, width, name="x.png", notices=()):
    photo = Photo(np.full([height, width, 3], 7, np.uint8))
    hole = np.zeros([height, width], bool)
    hole[1:3, 2:5] = True
    return Prepared(Job(name, None, name), photo, hole, notices)


def test_settings_are_everything_that_changes_results(tmp_path):
    weights = tmp_path / "w.safetensors"
    weights.write_bytes(b"one")
    task = a_task(tmp_path)
    task = task._replace(network=task.network._replace(weights=str(weights)))
    checks.settle(task, "now")
    network = task.network
    for same in (
        task,
        task._replace(batch_size=1, max_pixels=99, masks="other/*"),
        task._replace(network=network._replace(threads=3, device="cpu")),
    ):
        checks.settle(same, "later")
    others = {
        "feather": task._replace(feather=2),
        "size": task._replace(size=(64, 72)),
        "grow": task._replace(source=HoleSource(grow=1)),
        "seed": task._replace(network=network._replace(seed=1)),
        "detail": task._replace(network=network._replace(detail="off")),
    }
    for name, other in others.items():
        with pytest.raises(InputError, match=rf"other settings \({name} was .*, is "):
            checks.settle(other, "now")
    weights.write_bytes(b"two")  # under the same name
    with pytest.raises(InputError, match=r"other settings \(weights was "):
        checks.settle(task, "now")
    (tmp_path / "_bulk" / "settings.json").write_text('{"version"')
    with pytest.raises(InputError, match=r"settings.json is damaged; choose another --output"):
        checks.settle(task, "now")


def test_reading_a_picture_follows_the_task(tmp_path, monkeypatch):
    photo, first, second = (str(tmp_path / f"{name}.png") for name in ("photo", "a", "b"))
    save(tmp_path / "photo.png", np.full([24, 36, 3], 9, np.uint8))
    save(tmp_path / "a.png", a_mask(24, 36))
    save(tmp_path / "b.png", a_mask(24, 36, 5))

    def made(task, *masks):
        reader = steps.Prepare(task)
        return [
            each
            for mask in masks
            for each in reader.process(Job(photo, mask, str(tmp_path / "done" / "photo.png")))
        ]

    task = a_task(tmp_path)
    one, other = made(task, first, second)
    np.testing.assert_array_equal(one.hole, a_mask(24, 36) > 0)
    np.testing.assert_array_equal(other.hole, a_mask(24, 36, 5) > 0)
    (seen_large,) = made(task._replace(network=Network("random", working_size="96")), first)
    assert "working_size 96 is above the longer side of" in seen_large.value["reason"]
    (scaled,) = made(task._replace(size=(48, 54)), first)
    assert scaled.hole.shape == (48, 54)
    (refused,) = made(task._replace(max_pixels=500), first)
    assert refused.tag == steps.RECORDS
    assert f"{photo} has 36x24 pixels, more than the 500" in refused.value["reason"]
    save(tmp_path / "large.png", a_mask(30, 36))
    (refused,) = made(task._replace(max_pixels=24 * 36), str(tmp_path / "large.png"))
    assert "large.png has 36x30 pixels, more than the 864" in refused.value["reason"]

    read, times = [], steps.read_bytes
    monkeypatch.setattr(steps, "read_bytes", lambda path: (read.append(path), times(path))[1])
    one, other = made(task._replace(rule=Rule("done", False, first)), first, first)
    assert read == [photo, first, photo] and one.hole.sum() == other.hole.sum() == 8 * 12

    def fails(*_):
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(steps, "prepare_read", fails)
    (fault,) = made(task, first)
    assert fault.value["state"] == "failed"
    assert fault.value["reason"] == f"{photo} cannot be completed: ZeroDivisionError: of ours"


def test_pictures_without_a_hole_are_copied_or_written_anew(tmp_path):
    save(tmp_path / "mask.png", np.zeros([24, 36], np.uint8))
    save(tmp_path / "photo.png", np.full([24, 36, 3], 9, np.uint8))
    save(tmp_path / "photo.jpg", np.full([24, 36, 3], 9, np.uint8))
    reader = steps.Prepare(a_task(tmp_path))
    for name in ("photo.png", "photo.jpg"):
        output = tmp_path / f"{name}.png"
        job = Job(*(str(path) for path in (tmp_path / name, tmp_path / "mask.png", output)))
        (entry,) = reader.process(job)
        assert entry.value["state"] == "copied" and Image.open(output).format == "PNG"
        same = output.read_bytes() == (tmp_path / name).read_bytes()
        assert same == (name == "photo.png")


def test_batches_are_full_or_as_large_as_may_be(monkeypatch):
    monkeypatch.setattr(steps, "MOST_AT_ONCE", 8 * 12 * 4)
    monkeypatch.setattr(steps, "MOST_WAITING", 8 * 12 * 4)

    def fed(by_size, *pictures):
        return [[len(batch) for batch in by_size.process(prepared(*size))] for size in pictures]

    def rest(by_size):
        return [len(each.value) for each in by_size.finish_bundle()]

    by_size = steps.BySize(2)
    by_size.start_bundle()
    assert fed(by_size, *[(8, 12)] * 5) == [[], [2], [], [2], []]  # what went does not wait
    assert fed(by_size, (12, 8)) == [[]]
    assert sorted(rest(by_size)) == [1, 1] and rest(by_size) == []
    by_size = steps.BySize(99)
    by_size.start_bundle()
    assert fed(by_size, *[(8, 24)] * 2) == [[], [2]]  # as many pixels as go at once
    waiting = (8, 12), (12, 8), (12, 8), (6, 16), (16, 6)
    assert fed(by_size, *waiting) == [[], [], [], [], [1, 2, 1, 1]]
    assert fed(by_size, (8, 12), (12, 8), (6, 16)) == [[], [], []] and len(rest(by_size)) == 3


def test_results_are_records_with_all_notices(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "photo_bytes", lambda *_: (b"bytes", ["lost"]))
    given = prepared(8, 12, str(tmp_path / "x.png"), ("seen",))
    (entry,) = steps.Write().process(PredictionResult(given, (given.photo, ["doubtful"])))
    assert entry["notices"] == ["seen", "doubtful", "lost"] and entry["state"] == "done"
    assert (entry["height"], entry["width"], entry["hole"]) == (8, 12, 6)
    assert (tmp_path / "x.png").read_bytes() == b"bytes"
    monkeypatch.setattr(steps, "photo_bytes", lambda *_: 1 // 0)
    (fault,) = steps.Write().process(PredictionResult(given, (given.photo, [])))
    assert "x.png cannot be completed: ZeroDivisionError: integer div" in fault["reason"]
    monkeypatch.undo()
    (tmp_path / "y.png").mkdir()
    folder = prepared(8, 12, str(tmp_path / "y.png"))
    (entry,) = steps.Write().process(PredictionResult(folder, (given.photo, [])))
    assert entry["state"] == "failed" and "is a directory" in entry["reason"]
    assert as_line({"mask": 1, "image": "é"}) == '{"image": "é", "mask": 1}'
    assert failure(given.job, "two\n  lines")["reason"] == "two lines"


def test_errors_of_the_network_keep_their_words():
    class Failing(MeanFill):
        def __call__(self, image, mask, **options):
            if image.shape[-2] == 12:
                raise InputError("no.")
            raise tf.errors.ResourceExhaustedError(None, None, "full")

    made = handler.Handler(Network("random"))
    (result,) = made.run_inference([prepared(8, 12)], Failing())
    assert str(result.inference[0]) == "no."
    (result,) = made.run_inference([prepared(8, 14)], Failing())
    assert str(result.inference[0]).startswith("x.png (14x8) needs more memory")
    assert made.get_num_bytes([prepared(8, 12), prepared(8, 14)]) == 8 * (12 + 14) * 3


def test_threads_are_set_where_the_network_runs(monkeypatch):
    counts = []
    monkeypatch.setattr(tf.config.threading, "set_intra_op_parallelism_threads", counts.append)
    monkeypatch.setattr(handler, "make_inpainter", lambda *given, **named: (*given, named))
    for network in (Network("random", threads=3), Network("random")):
        made = handler.Handler(network).load_model()
        assert made == ("random", network, {"compiled": True})
    assert counts == [3]


def test_weights_elsewhere_are_here_while_they_are_read():
    with MemoryFileSystem.emptied() as files:
        files["mem://b/w.safetensors"] = b"123"
        with handler.local_file("mem://b/w.safetensors") as path:
            assert path.endswith("/w.safetensors")
            assert pathlib.Path(path).read_bytes() == b"123"
        assert not os.path.exists(path)


def test_which_files_are_pictures_and_masks():
    named = pipeline.NamePictures(a_task("done")._replace(masks="p/*_mask.*"))
    image = ("p/a.png", "p/")
    assert list(named.process(image)) == [("a", image)]
    assert list(named.process(("p/a_mask.png", "p/"))) == []
    assert list(pipeline._masks(("m/a.txt", "m/"))) == []
    assert not storage.matches("p/*.png", "p/a.png.txt") and not storage.matches("p/*", "p/a/b")


def test_files_that_cannot_be_had_are_sentences(tmp_path):
    with pytest.raises(InputError, match=r"/x cannot be read: No such file"):
        storage.read_bytes(str(tmp_path / "x"))
    with pytest.raises(InputError, match=r"nowhere://b/x cannot be looked for: Unable to get"):
        storage.exists("nowhere://b/x")
    error = BeamIOError("Match failed", {"mem://b/*": OSError(13, "Permission\n denied.")})
    assert storage.reason_of(error) == "Permission denied"


def test_files_are_whole_or_not_there(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"x\.png cannot be written"):
        storage.write_bytes(str(tmp_path / "x.png"), "no bytes")
    assert list(tmp_path.iterdir()) == []

    def fails(*_):
        raise OSError("no\n" + 400 * "x")

    monkeypatch.setattr(FileSystems, "rename", fails)
    with MemoryFileSystem.emptied() as files:
        with pytest.raises(InputError, match=r"mem://b/x\.png cannot be written: no x{297}\.$"):
            storage.write_bytes("mem://b/x.png", b"1")
        assert files == {}
        monkeypatch.setattr(storage, "_SHOWN_WHOLE", ("mem",))  # as gs:// is, where renaming copies
        storage.write_bytes("mem://b/x.png", b"1")
        assert files == {"mem://b/x.png": b"1"}


def test_what_the_runner_reports(monkeypatch, capsys):
    monkeypatch.setattr(runner, "build", lambda *_: None)

    def counter(name, committed, attempted):
        key = SimpleNamespace(metric=SimpleNamespace(name=name))
        return SimpleNamespace(key=key, committed=committed, attempted=attempted)

    found = [counter("done", 2, 9), counter("failed", None, 1), counter("done", None, 3)]
    metrics = SimpleNamespace(query=lambda _: {"counters": found})
    result = SimpleNamespace(metrics=lambda: metrics, wait_until_finish=lambda: state)
    assert runner._counted(result) == {"done": 5, "failed": 1}
    for state in ("FAILED", "CANCELLED"):
        with pytest.raises(InputError, match=f"the pipeline ended as {state}"):
            runner.run(SimpleNamespace(run=lambda: result), None)
    traceback = 'Traceback:\n  File "x"\ninpaint_tf.errors.InputError: a.\nmore [while running b]'
    assert runner._last_words(Exception(traceback)) == "a"
    assert command._report_counts({}, a_task("done"), Report()) == 0
    assert "gives no counts; done/_bulk/manifest" in capsys.readouterr().out
    assert runner._last_words(Exception("x\nno. [while running 'b']")) == "no"


def test_workers_get_the_options():
    given = ["--job_name=named", "--direct_running_mode=in_memory"]
    options = runner.options_of(given, ["job_names"])  # Beam's own flags are not suspected
    info = runner._this_machine(options)._provision_info.provision_info
    assert "named" in json.dumps(str(info.pipeline_options))


def test_workers_print_errors_alone_and_leave_interrupts_to_the_command(monkeypatch):
    from apache_beam.runners.worker import sdk_worker_main

    said = []
    monkeypatch.setattr(worker.signal, "signal", lambda *given: said.append(given))
    monkeypatch.setattr(worker.logging, "basicConfig", lambda handlers: said.extend(handlers))
    monkeypatch.setattr(sdk_worker_main, "main", lambda arguments: said.append(arguments))
    worker.main()
    ignored, shown, arguments = said
    assert ignored == (signal.SIGINT, signal.SIG_IGN) and shown.level == logging.ERROR
    assert arguments is sys.argv
