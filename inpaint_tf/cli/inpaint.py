"""The command `python test.py`: completes the holes of one picture or of many."""

import functools
import os
import sys

from inpaint_tf.cli.command import FINE, SOME_FAILED, Command, import_tensorflow
from inpaint_tf.cli.detail_flag import detail_of
from inpaint_tf.cli.device import memory_named, require_device_name, use_device
from inpaint_tf.cli.hole_flags import hole_source, picture_size
from inpaint_tf.cli.inpaint_flags import (
    DESCRIPTION,
    RANDOM,
    define,
    plan,
    sketch_of,
    weights_name,
)
from inpaint_tf.cli.progress import Report
from inpaint_tf.cli.working_size_flag import working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.inference.completion import complete, copy_picture, prepare
from inpaint_tf.inference.face_sketch import LANDMARKS
from inpaint_tf.inference.folder import Missing
from inpaint_tf.inference.working_size import require_no_larger


def work(flags):
    """Does what the flags ask for and returns the exit status."""
    require_device_name(flags.device)
    jobs, notices = plan(flags)
    source = hole_source(flags)
    sketch_of(flags)
    weights = weights_name(flags)
    picture_size(flags)
    report = Report(flags.quiet)

    @functools.cache
    def load():
        inpainter = make_inpainter(weights, flags, compiled=len(jobs) > 2)
        if inpainter.guided and not flags.sketch:
            report.notice(
                "the network is guided by sketches; without --sketch it has an empty one."
            )
        return inpainter

    if source.face_region or flags.sketch == LANDMARKS:
        import_tensorflow()  # faces are found before the network is needed
        use_device(flags.device)
    if weights == RANDOM:
        report.notice("the weights are random, so what fills the hole is noise.")
    for sentence in notices:
        report.notice(sentence)
    if flags.image:
        _one(jobs[0], source, load, flags, report)
        return FINE
    return _many(jobs, source, load, flags, report)


def make_inpainter(weights, flags, compiled=False):
    """An `Inpainter` with these weights on the flags' device; TensorFlow is imported here.

    `compiled` pays for more than a few pictures.
    """
    import_tensorflow()
    use_device(flags.device)
    import inpaint_tf

    options = {} if flags.padding is None else {"padding": flags.padding}
    if flags.precision == "bfloat16":
        options["dtype"] = "mixed_bfloat16"
    if weights == RANDOM:
        model = inpaint_tf.create_model("deepfill_v1", **options)
    else:
        model = inpaint_tf.load_model(weights, **options)
    if compiled:
        from inpaint_tf.inference.compiled import CompiledGenerator

        model = CompiledGenerator(model)
    return inpaint_tf.Inpainter(model, detail_of(flags), flags.seed, working_size_of(flags))


def _one(job, source, load, flags, report):
    """Completes one picture. Everything that can be refused is, before the network is loaded."""
    size = picture_size(flags)
    prepared = prepare(job, source, flags.max_pixels, flags.save_all, sketch_of(flags), size)
    for sentence in prepared.notices:
        report.notice(sentence)
    height, width = prepared.hole.shape
    require_no_larger(working_size_of(flags), height, width, job.image)
    if prepared.hole.any():
        inpainter = load()
        with memory_named(f"{job.image} ({width}x{height})"):
            notices = complete(prepared, inpainter, flags.feather, flags.save_all)
        report.done(f"{job.image} -> {job.output}")
    else:
        notices = copy_picture(prepared)
        report.done(f"{job.image} has no hole; it is copied to {job.output}")
        if flags.save_all:
            report.notice(f"{job.image} has no hole, so there are no stages to save.")
    for sentence in notices:
        report.notice(sentence)


def _many(jobs, source, load, flags, report):
    """Completes many pictures; one that fails is reported, and the others are completed."""
    load()  # weights that cannot be used concern every picture, so they stop the command
    if flags.output_dir:
        _make_directory(flags.output_dir)
    failed = 0
    for job in report.counted(jobs):
        try:
            if isinstance(job, Missing):
                raise InputError(job.reason)
            _one(job, source, load, flags, report)
        except InputError as error:
            failed += 1
            report.error(error)
        except Exception as error:  # a fault of ours; the other pictures are done all the same
            failed += 1
            name = getattr(job, "image", "a picture")
            report.error(f"{name} cannot be completed: {type(error).__name__}: {error}")
    report.done(f"{len(jobs) - failed} of {len(jobs)} pictures done, {failed} failed.")
    return SOME_FAILED if failed else FINE


def _make_directory(path):
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output_dir {path} cannot be made: {error.strerror}.") from error


main = Command("python test.py", DESCRIPTION, define, work)

if __name__ == "__main__":
    sys.exit(main())
