"""`python -m inpaint_tf.evaluate`: how good completed pictures are, in numbers and in pictures."""

import contextlib
import os
import sys

from inpaint_tf.cli.command import FINE, Command, import_tensorflow
from inpaint_tf.cli.detail_flag import detail_of
from inpaint_tf.cli.device import memory_named, require_device_name, use_device
from inpaint_tf.cli.evaluate_flags import DESCRIPTION, PAPER, define_flags
from inpaint_tf.cli.progress import Report
from inpaint_tf.cli.working_size_flag import working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.files import is_inside
from inpaint_tf.inference.working_size import require_no_larger
from inpaint_tf.weights.paths import BUNDLED, weights_path

NO_NETWORK = "none"  # instead of the path of weights
PAPER_SIZE, PAPER_MASKS = 256, "box"  # of its first table: holes of up to 128x128


def work(values):
    """Does what the flags ask for and returns the exit status."""
    if values.table == PAPER:
        values.size, values.masks = values.size or PAPER_SIZE, values.masks or PAPER_MASKS
    _require_flags(values)
    with contextlib.ExitStack() as stack:
        for flag in ("output_dir", "save_pictures"):
            if getattr(values, flag):
                stack.enter_context(_made(flag, getattr(values, flag)))
        return _evaluate(values)


def _evaluate(values):
    report = Report(values.quiet)
    from inpaint_tf.evaluation.pictures import Pictures

    pictures = Pictures(values.images, values.size, values.limit, report.counted)
    require_no_larger(working_size_of(values), *pictures.size, "the pictures")
    masks, cases = _cases(values, pictures, report)
    metrics = _metrics(values)
    methods, weights = _methods(values, report)
    scores = _measure(values, cases, pictures, methods, metrics, report)
    print(_tables(values, masks, pictures, scores))
    if values.output_dir:
        _write(values, masks, cases, pictures, methods, weights, scores, report)
    return FINE


def _tables(values, masks, pictures, scores):
    from inpaint_tf.evaluation.cases import ASSIGNMENTS
    from inpaint_tf.evaluation.first_table import first_table_text
    from inpaint_tf.evaluation.paper_table import paper_table_text
    from inpaint_tf.evaluation.table import table_text

    if values.table == PAPER:
        text = first_table_text(scores.rows, pictures.size, ASSIGNMENTS[masks], values.detail)
    else:
        text = table_text(scores.summary(), scores.columns)
    return f"{text}\n\n{paper_table_text(scores.rows)}" if values.paper_table else text


def _require_flags(values):
    require_device_name(values.device)
    if not values.images:
        raise InputError("--images is missing; expected a folder of pictures.")
    if not values.masks:
        raise InputError("--masks is missing; expected center, box, brush or a folder of masks.")
    _weights_path(values.weights)
    _require_methods(values)
    if values.ids and not values.set_features:
        raise InputError("--ids needs the features of a network; expected --set_features too.")
    for flag in ("output_dir", "save_pictures"):
        if getattr(values, flag):
            _require_apart(values, flag, getattr(values, flag))


def _require_methods(values):
    from inpaint_tf.evaluation.baselines import METHODS

    for name in values.methods or ():
        if name not in METHODS:
            raise InputError(
                f"--methods names {name!r}; expected some of {', '.join(METHODS)}, separated by "
                "commas."
            )
    if values.methods == [] and values.weights == NO_NETWORK and not values.baseline_weights:
        raise InputError("--methods and --weights name nothing; expected a method to measure.")


def _weights_path(path):
    return weights_path(path or BUNDLED, words=[NO_NETWORK])


def _require_apart(values, flag, path):
    """What is written must not be among the pictures of the next evaluation."""
    for source in ("images", "masks"):
        folder = getattr(values, source)
        if os.path.isdir(folder) and is_inside(path, folder):
            raise InputError(
                f"--{flag} {path} is in --{source} {folder}, whose pictures are all read; expected "
                "a folder outside of it."
            )


@contextlib.contextmanager
def _made(flag, path):
    """A directory made at the start, so that hours of work do not end at a bad name.

    If the work is refused it is gone again, unless it was there before or something is in it;
    so are those above it.
    """
    missing = [os.path.abspath(path)]  # and those above it, the deepest first
    while not os.path.isdir(os.path.dirname(missing[-1])):
        missing.append(os.path.dirname(missing[-1]))
    missing = [] if os.path.isdir(path) else missing
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise InputError(f"--{flag} {path} cannot be made: {error.strerror}.") from error
    if not os.access(path, os.W_OK):
        raise InputError(f"--{flag} {path} cannot be written to.")
    try:
        yield
    except InputError:
        with contextlib.suppress(OSError):
            for directory in missing:
                os.rmdir(directory)
        raise


def _cases(values, pictures, report):
    """The kind of masks, and the list of cases."""
    from inpaint_tf.evaluation import cases

    count, size = len(pictures), pictures.size
    if values.masks == cases.CENTER:
        return cases.CENTER, cases.center_cases(count, size)
    if values.masks in cases.DRAWN:
        import_tensorflow()
        return values.masks, cases.drawn_cases(values.masks, values.seed, count, size)
    if values.masks in cases.SAMPLED:
        from inpaint_tf.evaluation.sampled import sampled_cases

        return values.masks, sampled_cases(values.masks, values.seed, count, size)
    by_border = values.paper_table
    found, notices = cases.folder_cases(
        values.masks, count, size, values.invert_mask, report.counted, by_border
    )
    if notices:
        others = f" ({len(notices) - 1} more notices about masks.)" if notices[1:] else ""
        report.notice(notices[0] + others)
    return cases.FOLDER_BY_BORDER if by_border else cases.FOLDER, found


def _methods(values, report):
    """The methods by name, the network first, and the records of networks' weights by name."""
    from inpaint_tf.evaluation.baselines import BASELINES, METHODS
    from inpaint_tf.evaluation.first_table import ROWS

    names = values.methods
    if names is None:
        names = [name for name in ROWS if name in METHODS] if values.table == PAPER else BASELINES
    if "patch_match" in names:
        import_tensorflow()
    without = {name: METHODS[name] for name in names}
    paths = {}
    if values.weights != NO_NETWORK:
        paths["network"] = _weights_path(values.weights)
    if values.baseline_weights:
        paths["baseline"] = weights_path(values.baseline_weights, "--baseline_weights")
    if not paths:
        return without, {}
    import_tensorflow()
    use_device(values.device)
    from inpaint_tf.evaluation.report import weights_record

    networks = {name: _network(values, name, path, report) for name, path in paths.items()}
    # Sheets show the first two: the network, if there is one, and a baseline.
    first = {name: networks.pop(name) for name in list(networks)[:1]}
    records = {name: weights_record(path) for name, path in paths.items()}
    return {**first, **without, **networks}, records


def _network(values, name, path, report):
    """One network as a method; `name` is that of its row."""
    from inpaint_tf.inference.compiled import CompiledGenerator
    from inpaint_tf.inference.inpainter import Inpainter
    from inpaint_tf.weights.load import load_model

    model = load_model(path)
    if name == "baseline" and model.attention is not None:
        raise InputError(
            f"--baseline_weights {path} has attention; expected a network without (attention: "
            "false)."
        )
    if name == "network" and values.table == PAPER and model.attention is None:
        raise InputError(
            f"--weights {path} has no attention; expected the full model for --table paper, and "
            "this one as --baseline_weights."
        )
    if model.guided:
        report.notice(f"{path} is guided by sketches; here it has empty ones.")
    network = Inpainter(
        CompiledGenerator(model), detail_of(values), working_size=working_size_of(values)
    )

    def complete(images, holes):
        with memory_named(f"a batch of pictures ({images.shape[2]}x{images.shape[1]})"):
            return network(images, holes)

    return complete


def _metrics(values):
    """The metrics of one picture by name, and those of all pictures of a row."""
    from inpaint_tf.evaluation.metrics import METRICS, SET_METRICS

    single, of_sets = METRICS, SET_METRICS
    if values.perceptual or values.set_features:
        import_tensorflow()
    if values.perceptual:
        from inpaint_tf.evaluation.perceptual import perceptual_metric

        single = {**METRICS, "perceptual": perceptual_metric(values.perceptual)}
    if values.set_features:
        from inpaint_tf.evaluation.set_metrics import make_set_metrics

        of_sets = {**SET_METRICS, **make_set_metrics(values.set_features, values.ids)}
    return single, of_sets


def _measure(values, cases, pictures, methods, metrics, report):
    from inpaint_tf.evaluation.measure import Scores, completions
    from inpaint_tf.evaluation.saved_pictures import SavedPictures

    scores, saved = Scores(*metrics), None
    if values.save_pictures:
        saved = SavedPictures(values.save_pictures, pictures.names)
    for case, image, completed in completions(report.counted(cases), pictures, methods):
        scores.add(case, image, completed)
        if saved is not None:
            saved.add(case, image, completed)
    return scores


def _write(values, masks, cases, pictures, methods, weights, scores, report):
    from inpaint_tf.evaluation.report import protocol_of, write_report

    protocol = protocol_of(pictures, cases, masks, values.seed, scores.columns)
    given = {
        name: getattr(values, name)
        for name in (
            "images",
            "masks",
            "weights",
            "baseline_weights",
            "methods",
            "limit",
            "detail",
            "working_size",
        )
    }
    written = write_report(values.output_dir, protocol, weights, given, pictures, scores)
    import_tensorflow()  # what draws sheets needs it
    from inpaint_tf.evaluation.sheet import write_sheets

    shown = dict(list(methods.items())[:2])
    written += write_sheets(values.output_dir, pictures, shown, scores.rows, report.counted)
    report.done(f"{values.output_dir}: {', '.join(written)}")


main = Command("python -m inpaint_tf.evaluate", DESCRIPTION, define_flags, work)

if __name__ == "__main__":
    sys.exit(main())
