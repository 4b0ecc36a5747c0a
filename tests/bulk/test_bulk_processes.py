"""`inpaint bulk` with worker processes and a network: the bits of `test.py`, and going on."""

import os
import signal
import subprocess
import sys
import time

import pytest
from extras import reason_without

pytest.importorskip("apache_beam", reason=reason_without("bulk"))

import numpy as np
from bulk_harness import contents, lines, save

from inpaint_tf import create_model, save_model

pytestmark = pytest.mark.slow
SIZE = (72, 88)
COUNT = 48


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Folders of pictures and masks, and weights of a small network."""
    folder = tmp_path_factory.mktemp("bulk")
    random = np.random.default_rng(3)
    for number in range(COUNT):
        pixels = random.integers(0, 256, [*SIZE, 3], np.uint8)
        mask = np.zeros(SIZE, np.uint8)
        mask[10 + number % 20 : 40, 20 : 50 + number % 25] = 255
        save(folder / "photos" / f"{number:03d}.png", pixels)
        save(folder / "masks" / f"{number:03d}.png", mask)
    save_model(folder / "small.safetensors", create_model("deepfill_v1", width=4))
    return folder


def quiet():
    """The environment without a wish for TensorFlow's log."""
    return {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}


def bulk(places, output, *more):
    return [
        sys.executable,
        *("-m", "inpaint_tf", "bulk", "--images", places / "photos", "--masks", places / "masks"),
        *("--output", output, "--weights", places / "small.safetensors", "--detail=on", *more),
    ]


@pytest.fixture(scope="module")
def expected(places):
    """What `test.py` makes of all of them."""
    arguments = {"image_dir": "photos", "mask_dir": "masks", "output_dir": "plain"}
    flags = [f"--{name}={places / folder}" for name, folder in arguments.items()]
    command = [sys.executable, "-m", "inpaint_tf", *flags, "--detail=on", "--quiet"]
    subprocess.run([*command, f"--weights={places / 'small.safetensors'}"], check=True)
    return contents(places / "plain")


def test_one_by_one_bits_are_those_of_test_py(places, expected):
    command = bulk(places, places / "done", "--batch_size=1", "--direct_num_workers=2")
    run = subprocess.run(command, capture_output=True, text=True, env=quiet())
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert run.stdout == f"{COUNT} done; {places / 'done'}/_bulk/manifest*.jsonl names them.\n"
    assert contents(places / "done") == expected and len(expected) == COUNT


def test_a_killed_run_goes_on(places, expected):
    output = places / "killed"
    command = bulk(places, output, "--batch_size=1")
    first = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 120
    while not any(output.rglob("*.png")):
        assert first.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    before = {
        name: os.stat(output / name).st_mtime_ns for name in contents(output) if name[0] != "."
    }
    whole = set(contents(output)) & set(expected)  # without what was begun
    before = {name: os.stat(output / name).st_mtime_ns for name in whole}
    assert 0 < len(before) < COUNT
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert f"{COUNT - len(before)} done, {len(before)} there already" in run.stdout
    made = contents(output)
    assert {name: made[name] for name in expected} == expected
    assert {name: os.stat(output / name).st_mtime_ns for name in before} == before
    states = [entry["state"] for entry in lines(output, "manifest").values()]
    assert states.count("there") == len(before) and len(states) == COUNT


def test_batches_differ_by_roundings_alone(places, expected):
    run = subprocess.run(bulk(places, places / "batches"), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    from inpaint_tf.inference.photo import read_photo

    for name in list(expected)[::6]:
        one, other = (read_photo(places / f / name).color.astype(int) for f in ("plain", "batches"))
        assert (np.abs(one - other) > 1).mean() < 0.01
