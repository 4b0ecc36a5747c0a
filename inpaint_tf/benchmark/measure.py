"""Medians of interleaved runs, and the peak memory of a fresh process."""

import statistics
import subprocess
import sys
import time

from inpaint_tf.errors import InputError

PRODUCT_SIZE = 3072


def set_threads(count):
    """Sets the number of TensorFlow's CPU threads; only before it has run anything."""
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(count)
        tf.config.threading.set_inter_op_parallelism_threads(count)
    except RuntimeError as error:
        if tf.config.threading.get_intra_op_parallelism_threads() != count:
            raise InputError("--threads cannot change once TensorFlow runs.") from error


def machine_rate():
    """A large product of float32 matrices to run."""
    import tensorflow as tf

    matrix = tf.random.stateless_normal([PRODUCT_SIZE, PRODUCT_SIZE], [0, 1])
    product = tf.function(lambda a: tf.matmul(a, a)[0])
    return lambda: product(matrix).numpy()


def product_flops():
    """Operations of the product that `machine_rate` runs."""
    return 2 * PRODUCT_SIZE**3


def medians(runs, repetitions):
    """Median seconds of every function in `runs`, which take turns after a warm-up each."""
    times = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(repetitions):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def peak_memory(what, name, size, values):
    """Peak bytes of a process that does nothing but run one variant twice; None if it fails."""
    height, width = size
    command = [sys.executable, "-m", "inpaint_tf.benchmark", what, "--memory_only"]
    command += [f"--variants={name}", f"--sizes={width}x{height}", f"--batch={values.batch}"]
    command += [f"--width={values.width}", f"--model={values.model}"]
    command += [f"--threads={values.threads}"] if values.threads else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    printed = done.stdout.split()[-1:]
    return int(printed[0]) if done.returncode == 0 and printed and printed[0].isdigit() else None
