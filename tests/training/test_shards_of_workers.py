"""Two processes train together from TFRecord shards, each from its own shards alone."""

import json
import os
import socket
import subprocess
import sys

import pytest
from run_files import ROOT, tiny_values, write_config, write_pictures

from inpaint_tf.make_shards import main as write_shards

pytestmark = pytest.mark.slow

# Notes the shard of every picture that is read, then trains.
NOTING = """
import os, sys
from inpaint_tf.data.shards import Record
read = Record.open
def noting(record):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(os.path.basename(record.shard) + chr(10))
    return read(record)
Record.open = noting
from inpaint_tf.cli.train import main
sys.exit(main(sys.argv[1:]))
"""


def two_ports():
    sockets = [socket.socket() for _ in range(2)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(arguments, index, ports, notes):
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    task = {"type": "worker", "index": index}
    environment = {
        **os.environ,
        "TF_CONFIG": json.dumps({"cluster": cluster, "task": task}),
        "CUDA_VISIBLE_DEVICES": "",
        "NOTES": str(notes),
    }
    return subprocess.Popen(
        [sys.executable, "-c", NOTING, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_each_of_two_processes_reads_its_own_shards(tmp_path):
    pictures, shards = write_pictures(tmp_path / "pictures"), tmp_path / "shards"
    assert write_shards([f"--images={pictures}", f"--output_dir={shards}", "--shards=2"]) == 0
    values = tiny_values(tmp_path)
    values["data"] = {"train": str(shards)}
    values["validation"] = {"every": 0}
    values["train"].update(
        phases=[{"steps": 2, "size": [64, 72], "batch": 2}],
        critic_updates=1,
        deterministic=False,
        distribute="multi_worker",
    )
    config, run_dir = write_config(tmp_path, values), tmp_path / "run"
    arguments = ["--config", str(config), "--run_dir", str(run_dir)]
    notes, ports = [tmp_path / "first.txt", tmp_path / "second.txt"], two_ports()
    processes = [start(arguments, index, ports, note) for index, note in enumerate(notes)]
    for process in processes:
        out, _ = process.communicate(timeout=400)
        assert process.returncode == 0, out
    for note, shard in zip(notes, sorted(shards.iterdir())):
        read = note.read_text().split()
        assert set(read) == {shard.name} and len(read) >= 4  # two steps of two batches, one each
    assert (run_dir / "weights_last.safetensors").is_file()
