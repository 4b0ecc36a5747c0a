"""Run directories in which something else has the name of a file: a sentence, or no matter."""

import json
import os

import pytest

from inpaint_tf.assembly import run
from inpaint_tf.cli.train import _file_handler
from inpaint_tf.data.decode import read_picture
from inpaint_tf.errors import InputError
from inpaint_tf.training.records import Records, _drop_after, read_metrics
from inpaint_tf.training.run_directory import occupied, require_same_run
from inpaint_tf.weights.bundle_index import require_sound_index
from inpaint_tf.weights.paths import weights_path
from inpaint_tf.weights.safetensors import save_model


def other_things(path):
    """Makes what may stand where a file should, one after the other."""
    os.mkdir(path)
    yield "is a directory"
    os.rmdir(path)
    os.mkfifo(path)  # reading it would wait for ever
    yield "is not a file"
    os.unlink(path)
    os.symlink("nothing", path)
    yield "is not a file"


def test_a_log_that_is_no_file(tmp_path):
    path = str(tmp_path / "train.log")
    for what in other_things(path):
        with pytest.raises(InputError, match=f"train.log {what}; expected the log of a run"):
            _file_handler(path)


def test_a_configuration_that_is_no_file(tmp_path):
    for what in other_things(str(tmp_path / "config.yml")):
        with pytest.raises(InputError, match=f"config.yml ({what}|cannot be read)"):
            require_same_run(str(tmp_path), {}, 1, dict)


@pytest.mark.parametrize(
    "text",
    ["train: {phases: 5}", "train: {phases: [5]}", "train: {phases: [{steps: [2]}]}", "5: 6"],
)
def test_a_configuration_of_other_kinds_of_values(tmp_path, text):
    (tmp_path / "config.yml").write_text(text)
    with pytest.raises(InputError, match="is no configuration|another configuration"):
        require_same_run(str(tmp_path), {"train": {"phases": [{"steps": 3}]}}, 1, dict)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ".lock")
    with occupied(str(tmp_path)):
        pass
    os.mkfifo(tmp_path / "step-3.index")
    with pytest.raises(InputError, match="step-3.index is not a file"):
        require_sound_index(str(tmp_path / "step-3"))
    os.unlink(tmp_path / "step-3.index")
    os.symlink("/dev/zero", tmp_path / "step-3.index")
    with pytest.raises(InputError, match="step-3.index is not a file"):
        require_sound_index(str(tmp_path / "step-3"))
    os.mkfifo(tmp_path / "a.safetensors")
    with pytest.raises(InputError, match="a.safetensors is not a file; expected weights"):
        weights_path(str(tmp_path / "a.safetensors"))
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(InputError, match="a.png cannot be decoded: it is not a file"):
        read_picture(str(tmp_path / "a.png"), 64, (64, 64))


def test_a_file_in_the_place_of_curves(tmp_path):
    (tmp_path / "tensorboard").touch()
    with pytest.raises(InputError, match="tensorboard cannot be written: File exists"):
        Records(str(tmp_path))


def test_metrics_that_are_damaged(tmp_path):
    path = str(tmp_path / "metrics.jsonl")
    for what in other_things(path):
        if os.path.exists(path):
            with pytest.raises(InputError, match=f"metrics.jsonl {what}"):
                read_metrics(path)
        else:
            assert read_metrics(path) == []
    os.unlink(path)
    good = [{"step": n, "x": 0.5} for n in (1, 2, 3)]
    odd = [b"\xff\x00", b"[1]", b"null", b'{"step": "2"}', b'{"x": 1}', b'{"a":' * 5000, b'{"st']
    lines = [json.dumps(good[0]).encode(), *odd[:4], json.dumps(good[1]).encode(), *odd[4:]]
    (tmp_path / "metrics.jsonl").write_bytes(b"\n".join(lines))
    assert read_metrics(path) == good[:2]
    assert _drop_after(path, 1) == good[:1] == read_metrics(path)


def test_the_last_weights_may_be_damaged(tmp_path, narrow, monkeypatch):
    said, path = [], tmp_path / "weights_last.safetensors"
    monkeypatch.setattr(run, "say", said.append)
    monkeypatch.setattr(narrow, "detail", True)
    save_model(path, narrow)
    assert run._kept_detail(str(tmp_path)) is True and said == []
    whole = path.read_bytes()
    for data in (b"", whole[:100], b"\xff" * 999):
        path.write_bytes(data)
        assert run._kept_detail(str(tmp_path)) is False
        assert "weights_last.safetensors is not a readable safetensors file" in said.pop()
