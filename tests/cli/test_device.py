"""Choosing the device."""

import pytest
import tensorflow as tf

from inpaint_tf.cli.device import memory_named, require_device_name, use_device
from inpaint_tf.errors import InputError


@pytest.fixture
def two_gpus(monkeypatch):
    """Two GPUs on paper; returns what is set."""
    done = {"visible": ["a", "b"], "growth": set()}
    experimental = tf.config.experimental
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a", "b"])
    monkeypatch.setattr(tf.config, "get_visible_devices", lambda kind: done["visible"])
    monkeypatch.setattr(
        tf.config, "set_visible_devices", lambda devices, kind: done.update(visible=devices)
    )
    monkeypatch.setattr(experimental, "get_memory_growth", lambda gpu: gpu in done["growth"])
    monkeypatch.setattr(experimental, "set_memory_growth", lambda gpu, on: done["growth"].add(gpu))
    return done


@pytest.mark.parametrize(
    "name, visible",
    [("auto", ["a", "b"]), ("cpu", []), ("gpu", ["a"]), ("gpu:0", ["a"]), ("gpu:1", ["b"])],
)
def test_only_the_device_named_is_visible_and_its_memory_grows(two_gpus, name, visible):
    use_device(name)
    assert two_gpus == {"visible": visible, "growth": set(visible)}


def test_absent_gpu_is_a_sentence(two_gpus, monkeypatch):
    with pytest.raises(InputError, match=r"2 GPU\(s\), numbered from 0"):
        use_device("gpu:2")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    with pytest.raises(InputError, match="no GPU"):
        use_device("gpu")


def test_unknown_device_is_a_sentence():
    with pytest.raises(InputError, match="expected auto, cpu, gpu"):
        require_device_name("gpu:")


def test_memory_used_up_is_a_sentence():
    with (
        pytest.raises(InputError, match=r"x.png \(9x8\) needs more memory"),
        memory_named("x.png (9x8)"),
    ):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM")
