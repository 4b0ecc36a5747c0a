"""`python -m inpaint_tf.evaluate`: how good completed pictures are, in numbers and in pictures."""

import os
import sys

from absl import flags

from inpaint_tf.cli.command import FINE, Command, import_tensorflow
from inpaint_tf.cli.detail_flag import define_detail, detail_of
from inpaint_tf.cli.device import memory_named, require_device_name, use_device
from inpaint_tf.cli.progress import Report
from inpaint_tf.cli.working_size_flag import define_working_size, working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.inference.working_size import require_no_larger
from inpaint_tf.weights.paths import BUNDLED, weights_path

NO_NETWORK = "none"  # instead of the path of weights
DESCRIPTION = """
Completes pictures whose originals are known, and measures how far the result is from them: for the
network and, in the same table, for OpenCV's Telea and Navier-Stokes and for the mean colour.

python -m inpaint_tf.evaluate --images PHOTOS --masks center --weights model.safetensors
python -m inpaint_tf.evaluate --images PHOTOS --masks MASKS --weights runs/mine --output_dir result

The table has a row of each method for every size of hole, in percent of the picture.
docs/evaluation.md tells what is measured, and how two runs compare.
"""


def define_flags(values):
    """Defines the command's flags in `values`."""

    def text(name, help_text, default=None):
        flags.DEFINE_string(name, default, help_text, flag_values=values)

    def number(name, default, lowest, help_text):
        flags.DEFINE_integer(name, default, help_text, lower_bound=lowest, flag_values=values)

    text("images", "DIRECTORY: the original pictures; a glob or a list of files too.")
    text(
        "masks",
        "center|box|brush|NAME|DIRECTORY: the hole in the middle, of half the sides; boxes or "
        "brush strokes at random; irregular, irregular_buckets, lama_thin, lama_medium, lama_thick "
        "or mmagic_free_form; or a folder (or glob) of masks, white = hole, of which every picture "
        "gets one of each size.",
    )
    flags.DEFINE_boolean(
        "invert_mask",
        False,
        "Black is the hole of mask files, instead of white.",
        flag_values=values,
    )
    text(
        "weights",
        "PATH: a .safetensors file, a run directory, or a checkpoint of the authors; by default "
        "the weights that come with the package. The word none measures the methods without a "
        "network.",
    )
    flags.DEFINE_boolean(
        "paper_table",
        False,
        "Print the scores once more in the layout of tables of irregular holes: six shares of the "
        "picture, with and without contact with the border.",
        flag_values=values,
    )
    text(
        "output_dir",
        "DIRECTORY: where evaluation.json, table.csv, pictures.csv and a sheet of pictures for "
        "every size of hole go; files of these names are replaced. Without it the table is all.",
    )
    number(
        "size",
        None,
        11,
        "Scale the shorter side of every picture to N and cut the middle NxN out. Without it "
        "pictures are taken as they are, and must have one size.",
    )
    text(
        "perceptual",
        "FILE|vgg16|vgg19: adds a column, the distance in the features of such a network (a file, "
        "Keras's .h5 or .safetensors; by name Keras downloads it).",
    )
    text(
        "save_pictures",
        "DIRECTORY: also writes every picture as HOLE/METHOD/NAME.png, and HOLE/original and "
        "HOLE/mask beside them; HOLE is the size of the hole as in the table.",
    )
    define_detail(values)
    define_working_size(values)
    number("limit", None, 1, "Take the first N pictures by name.")
    number("seed", 0, 0, "Which holes are drawn at random.")
    text(
        "device",
        "NAME: where the network runs: auto (a GPU where there is one), cpu, gpu, gpu:0, gpu:1 ...",
        "auto",
    )
    flags.DEFINE_boolean(
        "quiet", False, "Say nothing but the table and errors.", flag_values=values
    )


def work(values):
    """Does what the flags ask for and returns the exit status."""
    _require_flags(values)
    report = Report(values.quiet)
    from inpaint_tf.evaluation.pictures import Pictures

    pictures = Pictures(values.images, values.size, values.limit, report.counted)
    require_no_larger(working_size_of(values), *pictures.size, "the pictures")
    masks, cases = _cases(values, pictures, report)
    methods, weights = _methods(values)
    metrics = _metrics(values)
    scores = _measure(values, cases, pictures, methods, metrics, report)

    from inpaint_tf.evaluation.table import table_text

    print(table_text(scores.summary(), metrics))
    if values.paper_table:
        from inpaint_tf.evaluation.paper_table import paper_table_text

        print(f"\n{paper_table_text(scores.rows)}")
    if values.output_dir:
        _write(values, masks, cases, pictures, methods, weights, scores, report)
    return FINE


def _require_flags(values):
    require_device_name(values.device)
    if not values.images:
        raise InputError("--images is missing; expected a folder of pictures.")
    if not values.masks:
        raise InputError("--masks is missing; expected center, box, brush or a folder of masks.")
    _weights_path(values)
    for flag in ("output_dir", "save_pictures"):
        if getattr(values, flag):
            _make_directory(flag, getattr(values, flag))


def _weights_path(values):
    return weights_path(values.weights or BUNDLED, words=[NO_NETWORK])


def _make_directory(flag, path):
    """Made at the start, since hours of work must not end at a name."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise InputError(f"--{flag} {path} cannot be made: {error.strerror}.") from error
    if not os.access(path, os.W_OK):
        raise InputError(f"--{flag} {path} cannot be written to.")


def _cases(values, pictures, report):
    """What kind of masks there are, and the list of cases."""
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


def _methods(values):
    """The methods by name, the network first, and the record of its weights."""
    from inpaint_tf.evaluation.baselines import BASELINES

    if values.weights == NO_NETWORK:
        return dict(BASELINES), None
    import_tensorflow()
    use_device(values.device)
    from inpaint_tf.evaluation.report import weights_record
    from inpaint_tf.inference.compiled import CompiledGenerator
    from inpaint_tf.inference.inpainter import Inpainter
    from inpaint_tf.weights.load import load_model

    path = _weights_path(values)
    network = Inpainter(
        CompiledGenerator(load_model(path)), detail_of(values), working_size=working_size_of(values)
    )

    def complete(images, holes):
        with memory_named(f"a batch of pictures ({images.shape[2]}x{images.shape[1]})"):
            return network(images, holes)

    return {"network": complete, **BASELINES}, weights_record(path)


def _metrics(values):
    """The metrics of one picture by name."""
    from inpaint_tf.evaluation.metrics import METRICS

    if not values.perceptual:
        return METRICS
    import_tensorflow()
    from inpaint_tf.evaluation.perceptual import perceptual_metric

    return {**METRICS, "perceptual": perceptual_metric(values.perceptual)}


def _measure(values, cases, pictures, methods, metrics, report):
    from inpaint_tf.evaluation.measure import Scores, completions
    from inpaint_tf.evaluation.saved_pictures import SavedPictures

    scores, saved = Scores(metrics), None
    if values.save_pictures:
        saved = SavedPictures(values.save_pictures, pictures.names)
    for case, image, completed in completions(report.counted(cases), pictures, methods):
        scores.add(case, image, completed)
        if saved is not None:
            saved.add(case, image, completed)
    return scores


def _write(values, masks, cases, pictures, methods, weights, scores, report):
    from inpaint_tf.evaluation.report import protocol_of, write_report

    protocol = protocol_of(pictures, cases, masks, values.seed, scores.metrics)
    given = {
        name: getattr(values, name)
        for name in ("images", "masks", "weights", "limit", "detail", "working_size")
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
