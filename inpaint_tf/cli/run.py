"""The command `inpaint run`: the form of IOPaint's `run`, which its plugins call."""

import os
import sys

from absl import flags

from inpaint_tf.cli import inpaint
from inpaint_tf.cli.command import Command
from inpaint_tf.cli.progress import Report
from inpaint_tf.errors import InputError

DESCRIPTION = """
    Completes one picture, or every picture of a directory, with the arguments of IOPaint's command
    of this name: results are OUTPUT/NAME.png. White marks the hole, from 128 on (in IOPaint from
    127 on); a mask of another size is resized.

      inpaint run --model lama --device cpu --image x.jpg --mask m.png --output done
      inpaint run --image photos --mask masks --output done
"""
# IOPaint's names of devices, and ours.
_DEVICES = {"cpu": "cpu", "cuda": "gpu", "mps": "auto"}


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""

    def text(name, help_text, default=None):
        flags.DEFINE_string(name, default, help_text, flag_values=values)

    text("model", "NAME: a path of weights; names of IOPaint's models stand for the bundled ones.")
    flags.DEFINE_enum(
        "device",
        "cpu",
        list(_DEVICES),
        "Where the network runs; cuda is the first GPU.",
        flag_values=values,
    )
    text("image", "PATH: a picture, or a directory of pictures.")
    text("mask", "PATH: its mask; for a directory one mask for all, or a directory of masks.")
    text("output", "DIRECTORY: the results, as NAME.png. Made if missing.")
    text("config", "FILE: IOPaint's options; accepted but not used.")
    text("model-dir", "DIRECTORY: where IOPaint keeps its models; accepted but not used.")
    flags.DEFINE_boolean(
        "concat", False, "Accepted but not used: results are only pictures.", flag_values=values
    )


def work(values):
    """Calls the command of test.py with the same meaning."""
    for name in ("image", "mask", "output"):
        if not getattr(values, name):
            raise InputError(f"--{name} is needed; see --help.")
    report = Report()
    given = [f"--device={_DEVICES[values.device]}"]
    if values.model and os.path.exists(values.model):
        given.append(f"--weights={values.model}")
    elif values.model:
        report.notice(
            f"--model {values.model} is none of ours; the bundled weights fill the hole instead."
        )
    for name in ("config", "model-dir", "concat"):
        if values[name].value:
            report.notice(f"--{name} has no meaning here and is ignored.")
    return inpaint.main([*given, *_pictures(values)], name="inpaint run")


def _pictures(values):
    """The flags of test.py that name the pictures, the masks and the results."""
    image, mask, output = values.image, values.mask, values.output
    if os.path.isdir(image):
        masks = "mask_dir" if os.path.isdir(mask) else "mask"
        return [f"--image_dir={image}", f"--{masks}={mask}", f"--output_dir={output}"]
    try:
        os.makedirs(output, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output {output} cannot be made: {error.strerror}.") from error
    stem = os.path.splitext(os.path.basename(image))[0]
    result = os.path.join(output, stem + ".png")
    return [f"--image={image}", f"--mask={mask}", f"--output={result}"]


main = Command("inpaint run", DESCRIPTION, define, work)

if __name__ == "__main__":
    sys.exit(main())
