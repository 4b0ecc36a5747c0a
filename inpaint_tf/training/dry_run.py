"""Checks a run before it costs anything: its data, its examples, its size and its speed."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from inpaint_tf.errors import InputError
from inpaint_tf.ops.image import to_uint8
from inpaint_tf.process_memory import own_peak
from inpaint_tf.visualization.panels import grid, with_holes

LOG = logging.getLogger("inpaint_tf.training")
EXAMPLES, COLUMNS = 16, 4


def check_pictures(loader, stream):
    """Decodes every training picture.

    Args:
        loader: `PictureLoader`.
        stream: where to show progress, if it is a terminal.

    Returns:
        The sentences about files that cannot be used, by path.

    Raises:
        InputError: there is such a file and the loader may not skip it, or no other remains.
    """
    numbers = range(len(loader.paths))
    with ThreadPoolExecutor() as workers:
        checks = workers.map(loader.fault, numbers)
        faults = list(
            tqdm(checks, "checking", len(numbers), file=stream, disable=not stream.isatty())
        )
    bad = {path: fault for path, fault in zip(loader.paths, faults) if fault}
    if bad and (not loader.skip_bad or len(bad) == len(numbers)):
        shown = " ".join(list(bad.values())[:5])
        raise InputError(f"{len(bad)} of {len(numbers)} pictures cannot be used: {shown}")
    return bad


def example_sheet(batches):
    """The first training examples with their holes white and their boxes red, as one picture."""
    pictures = []
    while len(pictures) < EXAMPLES:
        batch = next(batches)
        pictures.extend(with_holes(to_uint8(batch.image).numpy(), batch.mask, batch.box.numpy()))
    return grid(pictures[:EXAMPLES], COLUMNS)


def measure(phase, batches):
    """Seconds of one critic and one generator update, compiled and warm, by name."""
    seed, rate = tf.constant([0, 0], tf.int32), tf.constant(0.0)
    seconds = {}
    updates = {"generator update": phase.update_generator}
    if phase.critic_updates:
        updates["critic update"] = phase.update_critic
    for name, update in updates.items():
        batch = next(batches)
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            terms = update(batch, seed, rate)
            np.asarray(next(iter(terms.values())))
            times.append(time.perf_counter() - begin)
        seconds[name] = min(times[1:])
    return seconds


def flops(generator, size):
    """Multiplications and additions of the generator for one picture of `size`, in total."""
    image = tf.TensorSpec([1, *size, 3], tf.float32)
    mask = tf.TensorSpec([1, *size, 1], tf.float32)
    graph = tf.function(lambda image, mask: generator(image, mask).last, autograph=False)
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    counted = tf.compat.v1.profiler.profile(
        graph.get_concrete_function(image, mask).graph, options=options
    )
    return counted.total_float_ops


def peak_memory():
    """(bytes, where): the most memory used so far, of the first GPU if there is one, or None."""
    if tf.config.list_physical_devices("GPU"):
        return tf.config.experimental.get_memory_info("GPU:0")["peak"], "on the GPU"
    return own_peak(), "in all"
