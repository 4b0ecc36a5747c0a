"""The devices that a run uses, by name."""

import tensorflow as tf

from inpaint_tf.errors import InputError


def make_strategy(name, phases):
    """The distribution strategy of a run.

    Args:
        name: "none"; "mirrored": all GPUs of this machine (without any, all its logical CPUs);
            "multi_worker": the machines that the environment variable TF_CONFIG names.
        phases: whose batches are to be divided.

    Returns:
        A `tf.distribute.Strategy`, or None.

    Raises:
        InputError: a batch cannot be divided evenly.
    """
    if name == "none":
        return None
    if name == "mirrored":
        kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
        devices = [device.name for device in tf.config.list_logical_devices(kind)]
        strategy = tf.distribute.MirroredStrategy(devices)
    else:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    replicas = strategy.num_replicas_in_sync
    for number, phase in enumerate(phases):
        if phase.batch % replicas:
            raise InputError(
                f"config.train.phases.{number}.batch is {phase.batch}; expected a multiple of the "
                f"{replicas} replicas, which share it."
            )
    return strategy


def is_chief(strategy):
    """Whether this process writes; of several machines only the first one does."""
    resolver = None if strategy is None else strategy.cluster_resolver
    if resolver is None or not resolver.task_type:
        return True
    return resolver.task_type == "chief" or (
        resolver.task_type == "worker"
        and resolver.task_id == 0
        and "chief" not in resolver.cluster_spec().jobs
    )


def distributed(strategy, pipeline, first_batch, first_item):
    """The batches of a `Pipeline`, each replica's share on its device."""
    if strategy is None:
        return pipeline.dataset(first_batch, first_item)
    replicas = strategy.num_replicas_in_sync

    def share(context):
        here = replicas // context.num_input_pipelines
        first = context.input_pipeline_id * here
        own = tuple(range(first, first + here))
        return pipeline.dataset(first_batch, first_item, replicas, own)

    return strategy.distribute_datasets_from_function(share)
