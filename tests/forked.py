"""Processes that begin with TensorFlow imported: a server imports it once, and forks for each.

Importing takes as long as a short run does. What has run TensorFlow cannot fork, so not even the
process of the tests can; the server never runs it.
"""

import multiprocessing
import os
import subprocess
import sys
from unittest import mock

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["inpaint_tf.assembly.train", "inpaint_tf.assembly.run"])


class Forked:
    """A process that runs a function, in the manner of `subprocess.Popen`.

    Args:
        folder: where it may keep what the process writes.
        function: of the arguments, known by its name in a module; what it returns is the status.
        *arguments: of the function.
        environment: variables of its own.
    """

    def __init__(self, folder, function, *arguments, environment=()):
        folder.mkdir(parents=True, exist_ok=True)
        number = len(list(folder.glob("*.out")))
        self._written = [folder / f"{number}.{name}" for name in ("out", "err")]
        for path in self._written:
            path.touch()
        given = (self._written, dict(environment), function, arguments)
        self._process = _CONTEXT.Process(target=_run, args=given, daemon=True)
        # As commands say it before they import TensorFlow; the server does at the first start.
        with mock.patch.dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3"):
            self._process.start()

    @property
    def returncode(self):
        """The exit status, negative after a signal; None as long as it runs."""
        return self._process.exitcode

    poll = returncode.fget

    def send_signal(self, number):
        """Sends it a signal."""
        os.kill(self._process.pid, number)

    def communicate(self, timeout):
        """Waits for the end; returns what was written to standard output and error."""
        self._process.join(timeout)
        if self._process.is_alive():
            self._process.kill()
            raise subprocess.TimeoutExpired(self._process.name, timeout)
        return tuple(path.read_text() for path in self._written)


def two_replicas():
    """A strategy of two virtual devices, which have to exist before TensorFlow runs."""
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    devices = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, devices)
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def _run(written, environment, function, arguments):
    for descriptor, path in enumerate(written, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), descriptor)
    os.environ.update(environment)

    from lighter import collect_less_garbage, optimize_graphs

    collect_less_garbage()
    optimize_graphs("tests/training/")
    sys.exit(function(*arguments))
