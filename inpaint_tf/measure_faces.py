"""`python -m inpaint_tf.measure_faces`: how well the structure of completed faces is kept."""

import sys

import numpy as np
from absl import flags

from inpaint_tf.amount import amount
from inpaint_tf.cli.command import FINE, Command, import_tensorflow
from inpaint_tf.cli.detail_flag import define_detail, detail_of
from inpaint_tf.cli.device import require_device_name, use_device
from inpaint_tf.cli.progress import Report
from inpaint_tf.errors import InputError
from inpaint_tf.evaluation.baselines import BASELINES
from inpaint_tf.evaluation.pictures import Pictures
from inpaint_tf.evaluation.pixel import l1_percent, psnr
from inpaint_tf.faces.model_files import MESH, model_file
from inpaint_tf.masks.face_region import REGIONS, face_region_hole
from inpaint_tf.weights.paths import BUNDLED, weights_path

DESCRIPTION = """
Completes a part of every face, and measures how far 68 landmarks of the completed face lie from
those of the real one, in percent of the distance between the outer eye corners. The landmarks come
from a network, face-api's, that no loss of this package uses.

npm pack @vladmandic/face-api && tar xzf vladmandic-face-api-*.tgz package/model
python -m inpaint_tf.measure_faces --images FACES --weights runs/quick_faces --network package/model
"""


def define_flags(values):
    """Defines the command's flags in `values`."""

    def text(name, help_text, default=None):
        flags.DEFINE_string(name, default, help_text, flag_values=values)

    text("images", "DIRECTORY: pictures of faces, the largest counts; or a glob, or a list.")
    flags.DEFINE_multi_string(
        "weights",
        [],
        "PATH: weights to measure, repeatable; by default the bundled ones.",
        flag_values=values,
    )
    text("network", "PATH: face_landmark_68_model.bin of @vladmandic/face-api, or its directory.")
    flags.DEFINE_enum(
        "face_region",
        "lower_face",
        list(REGIONS),
        "The part to complete.",
        flag_values=values,
    )
    flags.DEFINE_integer(
        "size",
        256,
        "Scale the shorter side of every picture to N and cut the middle NxN out.",
        lower_bound=64,
        flag_values=values,
    )
    flags.DEFINE_integer(
        "limit", None, "Take the first N pictures by name.", lower_bound=1, flag_values=values
    )
    define_detail(values)
    text("device", "NAME: auto, cpu, gpu, gpu:0 ...", "auto")
    flags.DEFINE_boolean("quiet", False, "Print only the table.", flag_values=values)


def work(values):
    """Does what the flags ask for and returns the exit status."""
    require_device_name(values.device)
    for name in ("images", "network"):
        if not getattr(values, name):
            raise InputError(f"--{name} is missing; see --help.")
    paths = [weights_path(name) for name in values.weights or [BUNDLED]]
    model_file(MESH)
    report = Report(values.quiet)
    pictures = Pictures(values.images, values.size, values.limit, report.counted)
    import_tensorflow()
    use_device(values.device)
    from inpaint_tf.assembly.faces import points_in
    from inpaint_tf.faces.landmarks68 import Landmarks68

    judge = Landmarks68(values.network)
    methods = _methods(paths, detail_of(values))
    rows, without = {name: [] for name in methods}, 0
    for number in report.counted(range(len(pictures))):
        image = pictures[number]
        points = points_in(image[np.newaxis])[0]
        if points is None:
            without += 1
            continue
        hole = face_region_hole(points, values.face_region, image.shape[:2])
        for name, complete in methods.items():
            rows[name].append(_scores(judge, image, complete, hole, points))
    if without:
        report.notice(f"in {without} of {len(pictures)} pictures no face is found.")
    if without == len(pictures):
        raise InputError(f"{values.images} shows no face that is found.")
    print(table_text(rows))
    return FINE


def table_text(rows):
    """The table: a line for each method with the means of its (error, l1, PSNR)."""
    width = max(len(name) for name in rows)
    lines = [f"{'':{width}}  landmarks %  l1 % (hole)  PSNR dB"]
    for name, scores in rows.items():
        error, l1, peak = np.mean(scores, axis=0)
        lines.append(f"{name:{width}}  {error:11.2f}  {l1:11.2f}  {peak:7.2f}")
    return "\n".join([*lines, f"{amount(len(next(iter(rows.values()))), 'face', 'faces')}"])


def _scores(judge, image, complete, hole, points):
    from inpaint_tf.evaluation.landmark_error import landmark_error

    completed = complete(image[np.newaxis], hole[np.newaxis])[0]
    error = landmark_error(judge, image, completed, points)
    return error, l1_percent(image, completed, hole), psnr(image, completed)


def _methods(paths, detail):
    """Functions of `[1, H, W, 3]` uint8 and `[1, H, W]` bool by name."""
    from inpaint_tf.inference.compiled import CompiledGenerator
    from inpaint_tf.inference.inpainter import Inpainter
    from inpaint_tf.weights.load import load_model

    networks = {path: Inpainter(CompiledGenerator(load_model(path)), detail) for path in paths}
    return {**networks, **BASELINES}


main = Command("python -m inpaint_tf.measure_faces", DESCRIPTION, define_flags, work)

if __name__ == "__main__":
    sys.exit(main())
