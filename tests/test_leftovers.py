"""Files are whole or not there; what killed processes left behind is removed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from inpaint_tf.errors import InputError
from inpaint_tf.files import remove_leftovers, replacing

WRITER = """
import sys, time
from inpaint_tf.files import replacing
with replacing(sys.argv[1]) as path:
    open(path, "w").write("half")
    print("began", flush=True)
    time.sleep(60)
"""


def aged(folder):
    """Makes what is half-written look old; its names."""
    names = sorted(name for name in os.listdir(folder) if ".partial-" in name)
    for name in names:
        os.utime(folder / name, (time.time() - 999,) * 2)
    return names


def test_what_a_killed_process_left_is_removed_and_a_living_one_s_is_not(tmp_path):
    pytest.importorskip("fcntl")
    command = [sys.executable, "-c", WRITER, str(tmp_path / "a.png")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "began\n"
        (name,) = aged(tmp_path)
        remove_leftovers(str(tmp_path))
        assert os.listdir(tmp_path) == [name]
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    (tmp_path / ".1.partial-x").mkdir()
    (tmp_path / ".1.partial-x" / "file").touch()
    (tmp_path / ".b.png.partial-new.png").touch()
    (tmp_path / "keep.partial-x").touch()
    os.utime(tmp_path / "keep.partial-x", (0, 0))
    old = time.time() - 999
    os.utime(tmp_path / ".1.partial-x", (old, old))
    with replacing(tmp_path / "b.png") as path:
        assert path.endswith(".png")
        with open(path, "w") as file:
            file.write("whole")
    assert sorted(os.listdir(tmp_path)) == [".b.png.partial-new.png", "b.png", "keep.partial-x"]
    assert (tmp_path / "b.png").read_text() == "whole"


def test_a_failure_leaves_what_was_there(tmp_path):
    (tmp_path / "a.txt").write_text("before")
    with pytest.raises(InputError, match="a.txt cannot be written"), replacing(tmp_path / "a.txt"):
        raise OSError(28, "No space left on device")
    assert os.listdir(tmp_path) == ["a.txt"] and (tmp_path / "a.txt").read_text() == "before"
