"""A run small enough for tests: pictures, a configuration, and the command."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import yaml
from forked import Forked
from PIL import Image
from safetensors.numpy import load_file

from inpaint_tf.cli.train import main
from inpaint_tf.training.trainer import Trainer

ROOT = pathlib.Path(__file__).parents[2]


def write_pictures(folder, count=6, size=(70, 84), seed=0):
    """Smooth random JPEG pictures of (height, width)."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    for number in range(count):
        small = random.uniform(0, 255, [5, 6, 3]).astype(np.uint8)
        Image.fromarray(small).resize(size[::-1], Image.Resampling.BICUBIC).save(
            folder / f"{number}.jpg", quality=95
        )
    return folder


def tiny_values(folder):
    """A configuration as a nested dictionary: three steps of l1, then three of the game."""
    phase = {"steps": 3, "size": [64, 72], "batch": 2}
    return {
        "network": {"width": 4, "critic_width": 4, "attention": False},
        "data": {"train": str(folder / "train"), "val": str(folder / "val")},
        "train": {
            "phases": [{**phase, "losses": "reconstruction"}, phase],
            "critic_updates": 2,
            "deterministic": True,
            "log_every": 1,
            "save_every": 1,
            "keep": 2,
        },
        "validation": {"every": 3, "pictures": 3, "panels": 2},
    }


def with_few_layers(values):
    """The same run of a U-Net against one critic of patches: a third of the layers to compile."""
    terms = {"picture_known_l1": 1.0, "picture_hole_l1": 6.0, "patch_adversarial": 0.5}
    return {
        **values,
        "network": {"name": "partial_conv_unet", "options": {"levels": 3, "width": 2}},
        "critics": {"name": "patch", "options": {"width": 2}},
        "losses": {"adversarial": "hinge", "weights": terms},
    }


def write_config(folder, values):
    """Writes a configuration and returns its path."""
    path = folder / "tiny.yml"
    path.write_text(yaml.safe_dump(values))
    return path


# `python train.py`, but graphs run as they were traced: so do the runs it is compared with.
QUIETLY = """
from inpaint_tf.cli.command import import_tensorflow
import_tensorflow()
from lighter import optimize_graphs
optimize_graphs("tests/training/")
import runpy
runpy.run_path("train.py", run_name="__main__")
"""


def flags(config, run_dir, *arguments):
    return ["--config", str(config), "--run_dir", str(run_dir), *arguments]


def start(config, run_dir, *arguments):
    """Starts a run in a process that has TensorFlow already."""
    return Forked(run_dir.parent / "written", main, flags(config, run_dir, *arguments))


def train(config, run_dir):
    """Runs a command of its own to its end: (exit status, standard output, standard error)."""
    paths = [str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)  # the command itself keeps TensorFlow quiet
    command = [sys.executable, "-c", QUIETLY, *flags(config, run_dir)]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    return ran.returncode, ran.stdout, ran.stderr


@contextlib.contextmanager
def stopped_after(last):
    """Within the block, SIGTERM comes as soon as that step is recorded."""
    record = Trainer._record

    def stop(trainer, step, *arguments):
        record(trainer, step, *arguments)
        if step == last:
            os.kill(os.getpid(), signal.SIGTERM)

    Trainer._record = stop
    try:
        yield
    finally:
        Trainer._record = record


def cluster_of_two():
    """The environment of each of two processes that train together."""
    sockets = [socket.socket() for _ in range(2)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    cluster = {"worker": [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]}
    for each in sockets:
        each.close()
    tasks = [{"type": "worker", "index": index} for index in range(2)]
    return [{"TF_CONFIG": json.dumps({"cluster": cluster, "task": task})} for task in tasks]


def stop_when(process, happened, number=signal.SIGKILL):
    """Sends a signal as soon as `happened()` is true; returns what the process wrote."""
    deadline = time.monotonic() + 240
    while not happened():
        assert process.poll() is None, process.communicate(timeout=1)
        assert time.monotonic() < deadline
        time.sleep(0.002)
    process.send_signal(number)
    return process.communicate(timeout=240)


def results(run_dir):
    """The arrays of both weights as bytes, and the recorded numbers without the speeds."""
    records = [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]
    for record in records:
        record.pop("iterations_per_second", None)
        record.pop("images_per_second", None)
    names = ("weights.safetensors", "weights_last.safetensors")
    arrays = [load_file(run_dir / name) for name in names]
    return [{k: v.tobytes() for k, v in each.items()} for each in arrays], records
