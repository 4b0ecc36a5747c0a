"""The devices that a run uses, by name."""

import contextlib
import dataclasses
import os

import tensorflow as tf

from inpaint_tf.data.pipeline import Shard
from inpaint_tf.data.shards import pictures_of_workers
from inpaint_tf.errors import InputError

_HAS_AFFINITY = hasattr(os, "sched_getaffinity")  # only Linux


def make_strategy(name, phases):
    """The distribution strategy of a run.

    Args:
        name: "none"; "mirrored": all GPUs of this machine (without any, all its logical CPUs);
            "multi_worker": the machines that the environment variable TF_CONFIG names.
        phases: those whose batches are divided.

    Returns:
        A `tf.distribute.Strategy`, or None.

    Raises:
        InputError: a batch cannot be divided evenly.
    """
    if name == "none":
        return None
    if name == "mirrored":
        device_type = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
        devices = [device.name for device in tf.config.list_logical_devices(device_type)]
        strategy = tf.distribute.MirroredStrategy(devices)
    else:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    replicas = strategy.num_replicas_in_sync
    for number, phase in enumerate(phases):
        if phase.batch % replicas:
            raise InputError(
                f"config.train.phases.{number}.batch is {phase.batch}; expected a multiple of the "
                f"{replicas} replicas, among which it is divided."
            )
    return strategy


def scope_of(strategy):
    """The scope in which variables are made for a distribution strategy, or plainly for None."""
    return contextlib.nullcontext() if strategy is None else strategy.scope()


def device_sentence(strategy, precision):
    """The device of a run in words: "device: one GPU, NVIDIA H100, in bfloat16"."""
    gpus = tf.config.get_visible_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        maker = details.get("device_name", "of unknown make")
        used = len(gpus) if strategy is not None else 1
        where = f"one GPU, {maker}" if used == 1 else f"{used} GPUs, {maker}"
        if used < len(gpus):
            where += f" ({len(gpus)} are there; --set train.distribute=mirrored uses all)"
    else:
        where = f"the CPU, {len(os.sched_getaffinity(0))} cores" if _HAS_AFFINITY else "the CPU"
    return f"device: {where}, in {precision}"


def is_chief(strategy):
    """Whether this process writes; of several machines, only the first does."""
    resolver = None if strategy is None else strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    return resolver.task_type == "chief" or (
        resolver.task_type == "worker"
        and resolver.task_id == 0
        and "chief" not in resolver.cluster_spec().jobs
    )


def distributed(strategy, pipeline, first_batch, first_item, paths=()):
    """The batches of a `Pipeline`, each replica's part on its device.

    Each of several workers reads its own shards if the pictures, `paths`, are in shards.
    """
    if strategy is None:
        return pipeline.dataset(first_batch, first_item)
    replicas = strategy.num_replicas_in_sync

    def of_this_worker(context):
        here = replicas // context.num_input_pipelines
        first = context.input_pipeline_id * here
        own = tuple(range(first, first + here))
        part = part_of_worker(
            pipeline, paths, context.input_pipeline_id, context.num_input_pipelines
        )
        return part.dataset(first_batch, first_item, replicas, own)

    return strategy.distribute_datasets_from_function(of_this_worker)


def part_of_worker(pipeline, paths, worker, workers):
    """The `Pipeline` of one of several workers, whose pictures are those of its own shards."""
    if workers == 1 or not paths:
        return pipeline
    pictures = pictures_of_workers(paths, workers)
    if pictures is None:
        return pipeline
    return dataclasses.replace(pipeline, shard=Shard(pictures[worker], worker, workers))
