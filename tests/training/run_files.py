"""A run small enough for tests: pictures, a configuration, and the command."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import yaml
from PIL import Image
from safetensors.numpy import load_file

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


def write_config(folder, values):
    """Writes a configuration and returns its path."""
    path = folder / "tiny.yml"
    path.write_text(yaml.safe_dump(values))
    return path


def start(config, run_dir, *arguments):
    """Starts `python train.py` and returns the process."""
    command = [sys.executable, "train.py", "--config", str(config), "--run_dir", str(run_dir)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)  # the command itself keeps TensorFlow quiet
    return subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def train(config, run_dir, *arguments):
    """Runs `python train.py` to its end: (exit status, standard output, standard error)."""
    process = start(config, run_dir, *arguments)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def stop_when(process, happened, number=signal.SIGKILL):
    """Sends a signal as soon as `happened()` is true; returns what the process wrote."""
    deadline = time.monotonic() + 240
    while not happened():
        assert process.poll() is None, process.communicate()
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
