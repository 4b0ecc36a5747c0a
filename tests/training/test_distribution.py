"""Several devices, or several processes, reach the weights of one with the same global batch."""

import functools
import json

import numpy as np
import pytest
from forked import Forked, two_replicas
from run_files import (
    cluster_of_two,
    flags,
    tiny_values,
    with_few_layers,
    write_config,
    write_pictures,
)
from safetensors.numpy import load_file

from inpaint_tf.cli.train import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("distributed")
    write_pictures(folder / "train")
    return folder


def config(folder, distribute, network="deepfill_v1"):
    values = tiny_values(folder)
    if network == "partial_conv_unet":
        values = with_few_layers(values)
        # Those of each share alone are another training.
        values["network"]["options"]["synchronized_norm"] = True
    values["data"].pop("val")
    values["validation"] = {"every": 0}
    values["train"].update(
        phases=[{"steps": 2, "size": [64, 72], "batch": 2}],
        critic_updates=1,
        deterministic=False,
        distribute=distribute,
    )
    target = folder / f"{network}_{distribute}"
    target.mkdir(exist_ok=True)
    return write_config(target, values)


def on_two_devices(arguments):
    two_replicas()  # of which the command finds the devices
    return main(arguments)


def finish(*processes):
    for process in processes:
        said = process.communicate(timeout=400)
        assert process.returncode == 0, said


@pytest.fixture(scope="module")
def alone(place):
    """A function of a network that gives the weights one process reaches."""

    @functools.cache
    def run(network):
        run_dir = place / f"{network} alone"
        assert main(flags(config(place, "none", network), run_dir)) == 0
        return load_file(run_dir / "weights_last.safetensors")

    return run


def require_equal(run_dir, alone):
    weights = load_file(run_dir / "weights_last.safetensors")
    for name, value in alone.items():
        # Sums in another order; Adam's steps of 1e-4 make a different sign of almost nothing
        # visible.
        difference = np.abs(weights[name] - value)
        assert np.mean(difference <= 2e-6) >= 0.99, name
        assert difference.max() <= 4.1e-4, name
        if name.endswith(("moving_mean", "moving_variance")):
            np.testing.assert_allclose(weights[name], value, rtol=1e-4, atol=1e-6)
            assert not np.array_equal(value, np.full_like(value, "variance" in name))


@pytest.mark.parametrize("network", ["deepfill_v1", "partial_conv_unet"])
def test_two_devices(place, alone, network):
    run_dir = place / f"{network} two"
    arguments = flags(config(place, "mirrored", network), run_dir)
    finish(Forked(place / "written", on_two_devices, arguments))
    require_equal(run_dir, alone(network))


def test_two_processes(place, alone):
    run_dir, network = place / "processes", "partial_conv_unet"
    arguments = flags(config(place, "multi_worker", network), run_dir)
    finish(
        *(
            Forked(place / f"written {number}", main, arguments, environment=worker)
            for number, worker in enumerate(cluster_of_two())
        )
    )
    require_equal(run_dir, alone(network))
    lines = (run_dir / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]  # the chief alone writes
