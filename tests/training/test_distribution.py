"""Several devices, or several processes, reach the weights of one with the same global batch."""

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest
from run_files import ROOT, tiny_values, write_config, write_pictures
from safetensors.numpy import load_file

from inpaint_tf.cli.train import main

# Two virtual CPU devices have to exist before TensorFlow starts.
TWO_DEVICES = """
import sys, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from inpaint_tf.cli.train import main
sys.exit(main(sys.argv[1:]))
"""


# Batch statistics of both shares together, since those of each alone are another training.
NETWORKS = {"partial_conv_unet": {"levels": 3, "width": 2, "synchronized_norm": True}}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distributed")
    write_pictures(folder / "train")
    return folder


def config(folder, distribute, network=None):
    values = tiny_values(folder)
    values["data"].pop("val")
    values["validation"] = {"every": 0}
    values["train"].update(
        phases=[{"steps": 2, "size": [64, 72], "batch": 2}],
        critic_updates=1,
        deterministic=False,
        distribute=distribute,
    )
    if network is not None:
        values["network"] = {"name": network, "options": NETWORKS[network]}
        values["train"]["phases"][0]["losses"] = "reconstruction"
        values["losses"] = {"weights": {"picture_known_l1": 1.0, "picture_hole_l1": 6.0}}
    target = folder / f"{network or 'default'}_{distribute}"
    target.mkdir(exist_ok=True)
    return write_config(target, values)


def start(folder, distribute, run_dir, program=("train.py",), tf_config=None, network=None):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    if tf_config is not None:
        environment["TF_CONFIG"] = json.dumps(tf_config)
    path = config(folder, distribute, network)
    arguments = ["--config", str(path), "--run_dir", str(run_dir)]
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(*processes):
    for process in processes:
        out, _ = process.communicate(timeout=400)
        assert process.returncode == 0, out


@pytest.fixture(scope="module")
def alone(place):
    path = str(config(place, "none"))
    assert main(["--config", path, "--run_dir", str(place / "alone")]) == 0
    return load_file(place / "alone" / "weights_last.safetensors")


def require_equal(weights, alone):
    for name, value in alone.items():
        # Sums in another order; Adam's steps of 1e-4 make a different sign of almost nothing
        # visible.
        difference = np.abs(weights[name] - value)
        assert np.mean(difference <= 2e-6) >= 0.99, name
        assert difference.max() <= 4.1e-4, name


def test_two_devices(place, alone):
    finish(start(place, "mirrored", place / "two", ("-c", TWO_DEVICES)))
    require_equal(load_file(place / "two" / "weights_last.safetensors"), alone)


@pytest.mark.parametrize("network", NETWORKS)
def test_two_devices_that_share_batch_statistics(place, network):
    path, run_dir = config(place, "none", network), place / f"{network}_alone"
    assert main(["--config", str(path), "--run_dir", str(run_dir)]) == 0
    alone = load_file(run_dir / "weights_last.safetensors")
    both = place / f"{network}_two"
    finish(start(place, "mirrored", both, ("-c", TWO_DEVICES), network=network))
    weights = load_file(both / "weights_last.safetensors")
    require_equal(weights, alone)
    for name in alone:
        if name.endswith(("moving_mean", "moving_variance")):
            np.testing.assert_allclose(weights[name], alone[name], rtol=1e-4, atol=1e-6)
            assert not np.array_equal(alone[name], np.full_like(alone[name], "variance" in name))


def test_two_processes(place, alone):
    ports = []
    sockets = [socket.socket() for _ in range(2)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
        ports.append(each.getsockname()[1])
    for each in sockets:
        each.close()
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    run_dir = place / "processes"
    finish(
        *(
            start(
                place,
                "multi_worker",
                run_dir,
                tf_config={"cluster": cluster, "task": {"type": "worker", "index": index}},
            )
            for index in (0, 1)
        )
    )
    require_equal(load_file(run_dir / "weights_last.safetensors"), alone)
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]  # the chief alone writes
