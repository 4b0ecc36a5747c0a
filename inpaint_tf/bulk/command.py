"""The command `inpaint bulk`: its flags, its checks before anything runs, its messages."""

import importlib.util
import logging

from absl import flags

from inpaint_tf import __version__
from inpaint_tf.amount import amount
from inpaint_tf.bulk.names import REPORT, as_pattern, is_pattern
from inpaint_tf.bulk.pairing import Rule
from inpaint_tf.bulk.records import FAILED, STATES
from inpaint_tf.bulk.task import Network, Task
from inpaint_tf.cli.command import FINE, SOME_FAILED, Command
from inpaint_tf.cli.device import require_device_name
from inpaint_tf.cli.hole_flags import define_hole, define_size, hole_source, picture_size
from inpaint_tf.cli.inpaint_flags import RANDOM
from inpaint_tf.cli.network_flags import define_network, define_weights
from inpaint_tf.cli.plain_flags import number, switch, text
from inpaint_tf.cli.progress import Report
from inpaint_tf.cli.working_size_flag import working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.weights.paths import BUNDLED, weights_path

DESCRIPTION = """
    Completes any number of pictures by an Apache Beam pipeline: on all cores of this machine, or
    on Flink, Spark or Dataflow. Needs the extra bulk: pip install 'inpaint_tf[bulk]'.

      inpaint bulk --images 'photos/**.jpg' --masks masks --output done
      inpaint bulk --images 'gs://b/photos/*' --masks 'gs://b/masks/*' --output gs://b/done \\
          --runner DataflowRunner --project P --region R --temp_location gs://b/temp

    Results are PNG, with the names and folders of the pictures below the first wildcard. A mask
    belongs to the picture of the same name up to the suffix, and NAME_mask to NAME. A picture whose
    result exists is skipped, so a run that was stopped can be resumed. Pictures that fail are named
    in OUTPUT/_bulk/failed*.jsonl, and all pictures in OUTPUT/_bulk/manifest*.jsonl. All other flags
    go to Beam. Exit status: 0 done, 1 some pictures failed, 2 bad input.
"""


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""
    flags.DEFINE_multi_string(
        "images",
        [],
        "PATTERN: pictures, here or at gs://, s3://, hdfs:// ...; * stops at folders, ** does not. "
        "A directory is all pictures in it. May be given repeatedly, so that several workers list.",
        flag_values=values,
    )
    text(values, "masks", "PATTERN: masks with the pictures' names; or one file for all pictures.")
    text(values, "output", "DIRECTORY: the results. Made if missing.")
    define_weights(values)
    define_hole(values)
    number(
        values,
        "batch_size",
        8,
        1,
        "The most pictures of one size that go through the network at once. With 1, results equal "
        "those of test.py bit for bit; in batches sums are rounded differently, occasionally by a "
        "level.",
    )
    number(
        values,
        "threads",
        None,
        0,
        "Threads of TensorFlow in each process; 0 lets it choose. By default this machine's cores "
        "are divided among the processes; 0 on clusters.",
    )
    define_network(values)
    define_size(values)
    switch(values, "quiet", "Print only errors.")


def work(values, rest):
    """Does what the flags ask for and returns the exit status."""
    require_device_name(values.device)
    task = task_of(values)
    _require_extra()
    logging.getLogger().setLevel(logging.ERROR)  # Beam warns about much that is normal
    from inpaint_tf.bulk.checks import require_files, settle
    from inpaint_tf.bulk.runner import options_of, pipeline_of, run, threads_of

    options = options_of(rest, list(values))
    require_files(task)
    pipeline = pipeline_of(options)  # before anything is written
    settle(task, f"inpaint_tf {__version__}")
    if values.threads is None:
        task = task._replace(network=task.network._replace(threads=threads_of(options)))
    report = Report(values.quiet)
    if task.network.weights == RANDOM:
        report.notice("the weights are random, so what fills the hole is noise.")
    counted = run(pipeline, task)
    return _report_counts(counted, task, report)


def task_of(values):
    """The `Task` that the flags describe.

    Raises:
        InputError: they contradict each other, or something is missing.
    """
    for name in ("images", "output"):
        if not getattr(values, name):
            raise InputError(f"--{name} is missing.")
    if is_pattern(values.output):  # there is no way to quote these
        raise InputError(
            f"--output {values.output} holds one of * ? [, by which Beam means other names, so "
            "results would not be found again; choose another."
        )
    images = tuple(as_pattern(name) for name in values.images)
    marked = (values.masks, values.box, values.hole_color, values.face_region)
    if not (any(marked) or values.transparent_hole):
        raise InputError(
            "nothing marks the hole; give --masks, --box, --hole_color, --face_region or "
            "--transparent_hole."
        )
    if values.invert_mask and not values.masks:
        raise InputError("--invert_mask is about masks; give --masks.")
    masks = as_pattern(values.masks) if values.masks else None
    if masks in images:
        raise InputError(f"--masks and --images are both {masks}, so pictures would be masks.")
    one = masks if masks and not is_pattern(masks) else None
    working_size_of(values)
    network = Network(
        _weights(values.weights),
        values.device,
        values.padding,
        values.precision,
        values.detail,
        values.seed,
        values.working_size,
        values.threads or 0,
    )
    return Task(
        images,
        masks,
        Rule(values.output.rstrip("/"), bool(masks) and one is None, one),
        hole_source(values),
        network,
        values.feather,
        picture_size(values),
        values.max_pixels,
        values.batch_size,
    )


def _weights(name):
    """Weights of this machine that exist, or a single file elsewhere."""
    if name and "://" in name:
        if not name.endswith(".safetensors"):
            raise InputError(f"--weights {name} is not here; expected one .safetensors file.")
        return name
    return weights_path(name or BUNDLED, words=[RANDOM])


def _report_counts(counted, task, report):
    where = f"{task.rule.output}/{REPORT}"
    if not counted:
        report.done(f"the runner gives no counts; {where}/manifest*.jsonl lists everything.")
        return FINE
    counts = ", ".join(
        f"{counted[state]} {words}" for state, words in STATES.items() if counted.get(state)
    )
    report.done(f"{counts or 'no pictures'}; {where}/manifest*.jsonl names them.")
    if counted.get("left_out"):
        report.notice(f"{counted['left_out']} file(s) are masks, or not pictures by their names.")
    if not counted.get(FAILED):
        return FINE
    failed = amount(counted[FAILED], "picture", "pictures")
    report.error(f"{failed} failed; {where}/failed*.jsonl says why.")
    return SOME_FAILED


def _require_extra():
    if importlib.util.find_spec("apache_beam") is None:
        raise InputError(
            "bulk needs the package apache_beam; pip install 'inpaint_tf[bulk]' brings it, on "
            "Python 3.10 and above."
        )


main = Command("python -m inpaint_tf.bulk", DESCRIPTION, define, work, passes_on=True)
