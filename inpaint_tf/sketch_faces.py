"""`python -m inpaint_tf.sketch_faces`: writes sketches of faces, landmarks joined by lines."""

import os
import sys

import numpy as np
from absl import flags

from inpaint_tf.cli.command import FINE, SOME_FAILED, Command, import_tensorflow
from inpaint_tf.cli.progress import Report
from inpaint_tf.data.files import list_pictures
from inpaint_tf.errors import InputError
from inpaint_tf.faces.model_files import MESH, model_file
from inpaint_tf.inference.face_sketch import face_sketch
from inpaint_tf.inference.photo import Photo, read_photo
from inpaint_tf.inference.photo_write import write_photo

SUFFIX = "_edge.png"
DESCRIPTION = """
Draws the outline, brows, eyes, nose and lips of every face, white on black, and writes them as
NAME_edge.png beside the pictures: sketches for networks that are guided by one. Needs the extra
faces.

python -m inpaint_tf.sketch_faces --images FACES --output_dir SKETCHES
"""


def define_flags(values):
    """Defines the command's flags in `values`."""
    for name, help_text in (
        ("images", "DIRECTORY: pictures of faces; or a glob, or a list of files."),
        (
            "output_dir",
            "DIRECTORY: the sketches, made if missing; by default beside them.",
        ),
    ):
        flags.DEFINE_string(name, None, help_text, flag_values=values)
    flags.DEFINE_boolean("quiet", False, "Print only errors.", flag_values=values)


def work(values):
    """Does what the flags ask for and returns the exit status."""
    if not values.images:
        raise InputError("--images is missing; expected a folder of pictures.")
    model_file(MESH)
    paths = [p for p in list_pictures(values.images, "--images") if not p.endswith(SUFFIX)]
    outputs = [_output(path, values.output_dir) for path in paths]
    twice = next((path for path in outputs if outputs.count(path) > 1), None)
    if twice is not None:
        raise InputError(f"{twice} would be the sketch of several pictures; rename one of them.")
    if values.output_dir:
        _make_directory(values.output_dir)
    import_tensorflow()
    report, failed = Report(values.quiet), 0
    for path, output in report.counted(list(zip(paths, outputs))):
        try:
            _sketch(path, output)
        except InputError as error:
            failed += 1
            report.error(error)
    report.done(f"{len(paths) - failed} of {len(paths)} sketches written, {failed} failed.")
    return SOME_FAILED if failed else FINE


def _sketch(path, output):
    write_photo(output, Photo(255 * face_sketch(read_photo(path).color, path).astype(np.uint8)))


def _output(path, directory):
    stem = os.path.splitext(path)[0] + SUFFIX
    return os.path.join(directory, os.path.basename(stem)) if directory else stem


def _make_directory(path):
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output_dir {path} cannot be made: {error.strerror}.") from error


main = Command("python -m inpaint_tf.sketch_faces", DESCRIPTION, define_flags, work)

if __name__ == "__main__":
    sys.exit(main())
