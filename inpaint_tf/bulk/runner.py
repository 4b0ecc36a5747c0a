"""Beam's options, its runners and their counters."""

import difflib
import os
import shlex
import sys

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions, StandardOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.runners.portability.portable_runner import JobServiceHandle
from apache_beam.runners.runner import PipelineState
from apache_beam.transforms import environments

from inpaint_tf.bulk.pipeline import build
from inpaint_tf.bulk.steps import NAMESPACE
from inpaint_tf.errors import InputError

# Beam's own "DirectRunner" would download a program.
_HERE = (None, "DirectRunner", "FnApiRunner")


def options_of(given, own):
    """Beam's options, as they were typed.

    Args:
        given: the arguments that are not flags of this command.
        own: the names of this command's flags.

    Returns:
        `PipelineOptions`. Without a runner, as with DirectRunner, it is this machine with a process
        for every core.

    Raises:
        InputError: one is not Beam's, but close to one of this command's flags.
    """
    known = set(PipelineOptions([]).get_all_options())
    names = [text[2:].partition("=")[0] for text in given if text.startswith("--")]
    for name in names:
        near = difflib.get_close_matches(name, own, n=1, cutoff=0.8)
        if name not in known and near:
            raise InputError(f"--{name} is not a flag; did you mean --{near[0]}?")
    try:
        options = PipelineOptions(given)
        runner = options.view_as(StandardOptions).runner
    except SystemExit as error:  # from argparse, which has given the reason
        raise InputError("a flag for the runner cannot be read, see above.") from error
    if runner in _HERE:
        direct = options.view_as(DirectOptions)
        if "direct_running_mode" not in names:
            direct.direct_running_mode = "multi_processing"
        if "direct_num_workers" not in names and direct.direct_running_mode != "in_memory":
            direct.direct_num_workers = 0
        direct.direct_num_workers = direct.direct_num_workers or cores()
    return options


def cores():
    """The number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows, macOS
        return os.cpu_count() or 1


def threads_of(options):
    """The number of TensorFlow's threads in each process; 0 lets it choose."""
    if options.view_as(StandardOptions).runner not in _HERE:
        return 0
    return max(1, cores() // options.view_as(DirectOptions).direct_num_workers)


def pipeline_of(options):
    """A Beam pipeline without steps.

    Raises:
        InputError: there is no such runner, or it needs other options.
    """
    runner = options.view_as(StandardOptions).runner
    try:
        return beam.Pipeline(_this_machine(options) if runner in _HERE else None, options)
    except Exception as error:  # whatever runners raise
        raise InputError(f"--runner {runner} cannot be used: {_last_words(error)}.") from error


def run(pipeline, task):
    """Runs a `Task` to its end.

    Args:
        pipeline: of `pipeline_of`.
        task: the `Task`.

    Returns:
        dict of counter -> number; empty if a runner counts nothing, or runs detached.

    Raises:
        InputError: the pipeline failed as a whole.
    """
    try:
        build(pipeline, task)
        result = pipeline.run()
        state = result.wait_until_finish()
    except Exception as error:  # whatever runners raise
        raise InputError(f"the pipeline failed: {_last_words(error)}.") from error
    if state in (PipelineState.FAILED, PipelineState.CANCELLED):
        raise InputError(f"the pipeline ended as {state}; what is done stays, run it again.")
    return _counted(result)


def _this_machine(options):
    """Beam's runner of Python processes, which here get the options, as with other runners."""
    encoded = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    info = beam_provision_api_pb2.ProvisionInfo(pipeline_options=encoded)
    direct, environment = options.view_as(DirectOptions), None
    if direct.direct_running_mode == "multi_processing":
        command = f"{shlex.quote(sys.executable)} -m inpaint_tf.bulk.worker"
        environment = environments.SubprocessSDKEnvironment.from_command_string(command)
        direct.direct_running_mode = "in_memory"  # so that the runner keeps this environment
    return fn_runner.FnApiRunner(environment, provision_info=fn_runner.ExtendedProvisionInfo(info))


def _counted(result):
    try:
        counters = result.metrics().query(MetricsFilter().with_namespace(NAMESPACE))["counters"]
    except NotImplementedError:  # as Beam's runner for Dask; the manifest has every picture anyway
        return {}
    totals = {}
    for each in counters:
        name = each.key.metric.name
        totals[name] = totals.get(name, 0) + (each.committed or each.attempted or 0)
    return totals


def _last_words(error):
    """The last sentence of a worker's message, which may be a whole traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    mark = "inpaint_tf.errors.InputError: "
    marked = [line[len(mark) :] for line in lines if line.startswith(mark)]
    last = (marked or lines or [type(error).__name__])[-1]
    return last.partition(" [while running")[0].rstrip(".")
