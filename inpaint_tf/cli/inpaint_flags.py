"""The flags of `python test.py` and their meaning: which pictures, which holes, which weights."""

from inpaint_tf.cli.hole_flags import define_hole, define_size
from inpaint_tf.cli.network_flags import define_network, define_weights
from inpaint_tf.cli.plain_flags import switch, text
from inpaint_tf.errors import InputError
from inpaint_tf.faces.model_files import MESH, model_file
from inpaint_tf.inference.face_sketch import LANDMARKS
from inpaint_tf.inference.folder import Job, folder_jobs, list_jobs, require_other_mask
from inpaint_tf.inference.photo_write import default_output
from inpaint_tf.inference.sketch import SketchFile
from inpaint_tf.weights.paths import BUNDLED, weights_path

RANDOM = "random"  # instead of the path of weights
DESCRIPTION = """
    Fills the holes of pictures so that they look whole. Everything outside a hole is returned
    bit for bit: 8 or 16 bits a channel, grey or colour, transparency, colour profile. PNG, JPEG,
    WebP, BMP and TIFF of any size from 8x8 on; pictures come out upright.

    One picture:
      python test.py --image photo.jpg --mask hole.png
      python test.py --image photo.jpg --box 40,60,128,128 --weights model.safetensors
      python test.py --image painted.png --hole_color 255,255,255
      python test.py --image portrait.jpg --face_region lower_face
    With a checkpoint of the authors:
      python test.py --image x.png --mask m.png --output o.png --checkpoint_dir release_places2
    Many:
      python test.py --image_dir photos --mask_dir masks --output_dir done
      python test.py --flist list.txt     (lines: image mask output)

    In a mask white (128 and above) is the hole. Whatever marks the hole (mask, boxes, colour,
    faces) adds up. Exit status: 0 done, 1 some of many pictures failed, 2 bad input.
"""


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""
    text(values, "image", "FILE: the picture to complete.")
    text(
        values,
        "mask",
        "FILE: white where the hole is; with --image_dir one mask for all pictures.",
    )
    text(
        values,
        "output",
        "FILE: the result, in the format that its suffix names; an existing file is replaced. "
        "Without it NAME_inpainted.png beside the picture, with a number if that exists. "
        "JPEG and WebP are written at quality 95, which may change known pixels a little.",
    )
    define_weights(values)
    text(values, "checkpoint_dir", "PATH: the same as --weights, under the authors' name.")
    text(values, "checkpoint", "PATH: the same as --weights too.")
    define_hole(values)
    text(
        values,
        "sketch",
        "FILE: the outlines to draw in the hole, white lines on black; for guided networks. The "
        "word landmarks draws them along the faces that are found; needs the extra faces.",
    )
    switch(values, "invert_sketch", "The sketch has dark lines on white.")
    text(values, "image_dir", "DIRECTORY: completes every picture in it.")
    text(
        values,
        "mask_dir",
        "DIRECTORY: the masks for --image_dir, of the same names up to the suffix.",
    )
    text(
        values,
        "output_dir",
        "DIRECTORY: the results of --image_dir, as NAME.png. Made if missing.",
    )
    text(
        values,
        "flist",
        "FILE: a list of lines `image mask output`. Names with spaces in quotes, or the three "
        "separated by tabs.",
    )
    switch(
        values,
        "save_all",
        "Also write NAME_stages.png beside each result: original, hole (white), coarse, "
        "completed, attention colours, from left to right; with detail also the picture before it, "
        "and colours of its sources. For networks with gated convolutions NAME_gates.png "
        "too: what the gates of every layer let through, beside the mask that a partial "
        "convolution would have.",
    )
    define_network(values)
    define_size(values)
    switch(values, "quiet", "Print only errors.")


def plan(flags):
    """The pictures to complete.

    Returns:
        A list of `Job` (and `Missing`), and a list of sentences about what was left out.

    Raises:
        InputError: the flags contradict each other, or do not say enough.
    """
    given = [name for name in ("image", "image_dir", "flist") if getattr(flags, name)]
    if len(given) != 1:
        found = " and ".join(f"--{name}" for name in given) or "none"
        raise InputError(f"one of --image, --image_dir and --flist is needed; found {found}.")
    mode = given[0]
    allowed = {
        "image": ("mask", "output", "sketch"),
        "image_dir": ("mask", "mask_dir", "output_dir"),
        "flist": (),
    }[mode]
    for name in ("mask", "output", "mask_dir", "output_dir", "sketch"):
        of_every_picture = name == "sketch" and flags.sketch == LANDMARKS
        if getattr(flags, name) and name not in allowed and not of_every_picture:
            raise InputError(f"--{name} has no meaning together with --{mode}.")
    if flags.mask and flags.mask_dir:
        raise InputError("--mask and --mask_dir are given; expected one of them.")
    if flags.invert_sketch and flags.sketch in (None, "", LANDMARKS):
        raise InputError("--invert_sketch is about a sketch in a file; give --sketch FILE.")
    if mode == "flist":
        return list_jobs(flags.flist), []

    marked = (flags.mask, flags.mask_dir, flags.box, flags.hole_color, flags.face_region)
    if not (any(marked) or flags.transparent_hole):
        raise InputError(
            "nothing marks the hole; give --mask, --box, --hole_color, --face_region or "
            "--transparent_hole."
        )
    if flags.invert_mask and not (flags.mask or flags.mask_dir):
        raise InputError("--invert_mask is about a mask file; give --mask.")
    if mode == "image":
        require_other_mask(flags.image, flags.mask or None)
        output = flags.output or default_output(flags.image)
        return [Job(flags.image, flags.mask or None, output)], []
    if not flags.output_dir:
        raise InputError("--image_dir needs --output_dir, a directory for the results.")
    return folder_jobs(flags.image_dir, flags.output_dir, flags.mask_dir or None, flags.mask)


def sketch_of(flags):
    """The sketch that the flags ask for, as `completion.prepare` takes it."""
    if flags.sketch == LANDMARKS:
        model_file(MESH)  # whether it is there, before anything takes time
        return LANDMARKS
    return SketchFile(flags.sketch, flags.invert_sketch) if flags.sketch else None


def weights_name(flags):
    """The weights to use: a path that exists, or "random"; by default the bundled ones.

    Raises:
        InputError: two are given, or there is nothing of that name.
    """
    names = ("weights", "checkpoint_dir", "checkpoint")
    given = [name for name in names if getattr(flags, name)]
    if len(given) > 1:
        raise InputError(f"--{given[0]} and --{given[1]} are two names of one flag; give one.")
    return weights_path(getattr(flags, given[0]) if given else BUNDLED, words=[RANDOM])
