"""The command `python export.py`: a SavedModel that TF Serving takes as it is."""

import os
import sys

import numpy as np
from absl import flags

from inpaint_tf.cli.command import Command, import_tensorflow
from inpaint_tf.cli.detail_flag import define_detail, detail_of
from inpaint_tf.cli.inpaint_flags import RANDOM
from inpaint_tf.cli.working_size_flag import define_working_size, working_size_of
from inpaint_tf.errors import InputError
from inpaint_tf.export.names import ENCODED, PIXELS
from inpaint_tf.export.serving_files import COMMANDS, model_name
from inpaint_tf.export.staging import choose_version
from inpaint_tf.weights.paths import BUNDLED, weights_path

DESCRIPTION = """
    Writes OUTPUT_DIR/VERSION/, a SavedModel with its warm-up requests and batching parameters for
    TF Serving, and beside it models.config, a model card and the docker commands that serve it.
    The version appears only when it is complete and has given the same answers as the Inpainter.

      python export.py --output_dir models/deepfill --weights model.safetensors
      python export.py --output_dir phone/deepfill --format litert --size 512x512
      python export.py --output_dir onnx/deepfill --format onnx --size 512x512

    Signatures, all for any batch, height and width: serving_default (uint8 image and mask ->
    completed), encoded (PNG or JPEG files -> PNG files), explain (with coarse, refined and
    attention), features (the network on floats).
"""
# What each format can be stored in.
PRECISIONS = {
    "savedmodel": ("float32", "float16", "bfloat16"),
    "litert": ("float32", "float16", "int8_weights", "int8"),
    "onnx": ("float32",),
}
MOST_RECORDS = 1000  # that TF Serving takes in a warm-up file


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""

    def text(name, help_text):
        flags.DEFINE_string(name, None, help_text, flag_values=values)

    text(
        "weights",
        "PATH: a .safetensors file, or a TensorFlow checkpoint of the authors (its directory, "
        "prefix or index file). By default the weights that come with the package; the word random "
        "takes fresh ones.",
    )
    text("output_dir", "DIRECTORY of the model; its name is the model's name on the server.")
    flags.DEFINE_integer(
        "version",
        None,
        "The version to write, by default the next free one.",
        lower_bound=1,
        flag_values=values,
    )
    flags.DEFINE_enum(
        "default_signature",
        PIXELS,
        [PIXELS, ENCODED],
        "What serving_default takes; with encoded the one for arrays is called pixels.",
        flag_values=values,
    )
    flags.DEFINE_enum(
        "format",
        "savedmodel",
        list(PRECISIONS),
        "A SavedModel for servers, or a file for one picture of one size, attention included, in "
        "built-in operations only: LiteRT (TensorFlow Lite) for phones, or ONNX (extra onnx).",
        flag_values=values,
    )
    text(
        "size", "HEIGHTxWIDTH: of the pictures that a LiteRT or ONNX file takes. Default: 256x256."
    )
    flags.DEFINE_enum(
        "precision",
        "float32",
        sorted({name for names in PRECISIONS.values() for name in names}),
        "How convolutions are stored and computed; bfloat16 is for SavedModels, int8_weights "
        "(stored) and int8 (computed, needs --calibration) for LiteRT. Attention stays in float32.",
        flag_values=values,
    )
    text(
        "calibration",
        "PATH: a folder, a glob or a list of at least 6 photos, which give an int8 file the ranges "
        "of its numbers; every third measures what it costs.",
    )
    define_detail(values)
    define_working_size(values)
    flags.DEFINE_list(
        "warmup_sizes",
        ["256x256", "512x512"],
        "Sizes, HEIGHTxWIDTH, that a server runs before its first request; empty for none.",
        flag_values=values,
    )
    flags.DEFINE_integer(
        "max_pixels",
        None,
        "Pixels of the largest picture accepted; larger ones get an error of their own. By default "
        "4096x4096 if large pictures go through windows, and 2048x2048 otherwise.",
        lower_bound=64,
        flag_values=values,
    )
    flags.DEFINE_boolean(
        "no_check", False, "Do not compare the result with the Inpainter.", flag_values=values
    )


def work(values):
    """Does what the flags ask for."""
    weights_path, directory = _required(values)
    name = model_name(directory)
    if values.format != "savedmodel":
        return _write_one_size(values, weights_path, directory, name)
    version = choose_version(directory, values.version)
    sizes = read_sizes([size for size in values.warmup_sizes if size])
    import_tensorflow()
    from inpaint_tf.export.bundle import Settings, export

    settings = Settings(
        directory=directory,
        name=name,
        version=version,
        default_signature=values.default_signature,
        precision=values.precision,
        warmup_sizes=tuple(sizes),
        max_pixels=values.max_pixels,
        checked=not values.no_check,
        detail=detail_of(values),
        working_size=working_size_of(values),
    )
    weights, source = _read(weights_path)
    export(weights, source, settings, print)
    print(f"{os.path.join(directory, str(version))} is ready to be served.")
    print(f"{os.path.join(directory, COMMANDS)} says how.")


def _write_one_size(values, weights_path, directory, name):
    if detail_of(values):
        raise InputError(
            f"--detail on does not go with --format {values.format}, whose file is the network "
            "alone."
        )
    (size,) = read_sizes([values.size or "256x256"], "--size")
    choose_version(directory)  # refuses a directory that is closed to us
    import_tensorflow()
    from inpaint_tf.export.one_size_file import OneSizeSettings, export_one_size

    weights, source = _read(weights_path)
    settings = OneSizeSettings(
        values.format,
        directory,
        name,
        size,
        values.precision,
        not values.no_check,
        values.calibration,
    )
    print(f"{export_one_size(weights, source, settings, print)} is ready.")


def _required(values):
    allowed = PRECISIONS[values.format]
    if values.precision not in allowed:
        raise InputError(
            f"--precision {values.precision} does not go with --format {values.format}; expected "
            f"one of {', '.join(allowed)}."
        )
    if (values.precision == "int8") != bool(values.calibration):
        raise InputError("--precision int8 and --calibration belong together; give both or none.")
    if values.size and values.format == "savedmodel":
        raise InputError("--size is about --format litert and onnx; a SavedModel takes any size.")
    if not values.output_dir:
        raise InputError("--output_dir is needed: the directory of the model, models/deepfill.")
    return weights_path(values.weights or BUNDLED, words=[RANDOM]), values.output_dir


def read_sizes(texts, flag="--warmup_sizes"):
    """Sizes such as "256x256" or "512x680", height first, as tuples.

    Raises:
        InputError: one is not of this form, or there are too many.
    """
    sizes = []
    for text in texts:
        sides = text.lower().split("x")
        if len(sides) != 2 or not all(side.isdecimal() and 0 < int(side) < 16384 for side in sides):
            raise InputError(
                f"{flag} {text} is not a size; expected HEIGHTxWIDTH, such as 512x680."
            )
        sizes.append((int(sides[0]), int(sides[1])))
    if 2 * len(sizes) > MOST_RECORDS:
        raise InputError(f"{flag} has {len(sizes)} sizes, expected at most {MOST_RECORDS // 2}.")
    return sizes


def _read(path):
    """`Weights`, and where they come from as dict of name -> text."""
    from inpaint_tf.export.model_card import file_hashes
    from inpaint_tf.models.registry import create_model
    from inpaint_tf.weights.archive import Weights
    from inpaint_tf.weights.load import read_weights
    from inpaint_tf.weights.variables import named_variables

    if path == RANDOM:
        model = create_model("deepfill_v1")
        arrays = {name: np.asarray(variable) for name, variable in named_variables(model).items()}
        return Weights("deepfill_v1", dict(model.options), arrays, {}, {}), {"file": "random"}
    weights = read_weights(path)
    hashes = {f"SHA-256 of {name}": digest for name, digest in file_hashes(path).items()}
    return weights, {"file": path, **hashes}


main = Command("python export.py", DESCRIPTION, define, work)

if __name__ == "__main__":
    sys.exit(main())
