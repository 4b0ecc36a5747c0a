"""The flags of `python test.py` and their meaning: which pictures, which holes, which weights."""

from absl import flags as absl_flags

from inpaint_tf.cli.detail_flag import define_detail
from inpaint_tf.cli.working_size_flag import define_working_size
from inpaint_tf.errors import InputError
from inpaint_tf.faces.model_files import MESH, model_file
from inpaint_tf.inference.face_sketch import LANDMARKS
from inpaint_tf.inference.folder import Job, folder_jobs, list_jobs
from inpaint_tf.inference.hole import HoleSource
from inpaint_tf.inference.photo import MAX_PIXELS
from inpaint_tf.inference.photo_write import default_output
from inpaint_tf.inference.sketch import SketchFile
from inpaint_tf.masks.face_region import REGIONS
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

    In a mask white (128 and above) is the hole. What marks the hole, mask, boxes, colour and
    faces, adds up. Exit status: 0 done, 1 some of many pictures failed, 2 something given is wrong.
"""


def define(values):
    """Defines the flags in `values`, an `absl.flags.FlagValues`."""

    def text(name, help_text, default=None):
        absl_flags.DEFINE_string(name, default, help_text, flag_values=values)

    def number(name, default, lowest, help_text):
        absl_flags.DEFINE_integer(name, default, help_text, lower_bound=lowest, flag_values=values)

    def switch(name, help_text):
        absl_flags.DEFINE_boolean(name, False, help_text, flag_values=values)

    text("image", "FILE: the picture to complete.")
    text("mask", "FILE: white where the hole is; with --image_dir one mask for all pictures.")
    text(
        "output",
        "FILE: the result, in the format that its suffix names; an existing file is replaced. "
        "Without it NAME_inpainted.png beside the picture, with a number where that exists. "
        "JPEG and WebP are written at quality 95, which may change known pixels a little.",
    )
    text(
        "weights",
        "PATH: a .safetensors file, or a TensorFlow checkpoint of the authors (its directory, "
        "prefix or index file), or a training run's directory. The word bundled, and no --weights, "
        "take the weights that come with the package; random takes fresh ones: the hole becomes "
        "noise.",
    )
    text("checkpoint_dir", "PATH: the same as --weights, under the authors' name.")
    text("checkpoint", "PATH: the same as --weights too.")
    switch("invert_mask", "Black is the hole of mask files, instead of white.")
    absl_flags.DEFINE_multi_string(
        "box",
        [],
        "top,left,height,width: a hole in pixels of the upright picture. May be given repeatedly.",
        flag_values=values,
    )
    text("hole_color", "r,g,b: pixels of the picture of this colour (0..255) are the hole.")
    number("hole_tolerance", 0, 0, "How far a channel may be from --hole_color.")
    absl_flags.DEFINE_enum(
        "face_region",
        None,
        list(REGIONS),
        "This part of every face that is found is the hole. Needs the extra faces.",
        flag_values=values,
    )
    switch(
        "transparent_hole",
        "What is not opaque in the picture is the hole, and becomes opaque: for objects that were "
        "erased to transparency.",
    )
    text(
        "sketch",
        "FILE: what the hole is to hold, white lines on black; for weights of guided networks. The "
        "word landmarks draws them along the faces that are found; needs the extra faces.",
    )
    switch("invert_sketch", "The sketch has dark lines on white.")
    number("grow", 0, 0, "Enlarges the hole by N pixels, so that no rim is left of what it hides.")
    number("feather", 0, 0, "Blends the seam over N pixels inside the hole.")
    text("image_dir", "DIRECTORY: completes every picture in it.")
    text("mask_dir", "DIRECTORY: the masks for --image_dir, of the same names up to the suffix.")
    text("output_dir", "DIRECTORY: the results of --image_dir, as NAME.png. Made if missing.")
    text(
        "flist",
        "FILE: a list of lines `image mask output`. Names with spaces in quotes, or the three "
        "separated by tabs.",
    )
    for side in ("height", "width"):
        number(
            f"image_{side}",
            None,
            8,
            "With the other of --image_height and --image_width: pictures and masks are scaled to "
            "this size before anything else, and results have it, as in the authors' batches.",
        )
    switch(
        "save_all",
        "Also write NAME_stages.png beside each result: original, hole (white), coarse, "
        "completed, attention colours, from left to right; with detail also the picture before it, "
        "and colours of where it came from. For networks with gated convolutions NAME_gates.png "
        "too: for every layer what its gates let through, beside the mask that a partial "
        "convolution would have there.",
    )
    text(
        "device",
        "NAME: auto (a GPU where there is one), cpu, gpu, or gpu:0, gpu:1 ... Memory of a GPU is "
        "taken as it is needed.",
        "auto",
    )
    absl_flags.DEFINE_enum(
        "padding",
        None,
        ["symmetric", "reflect", "same"],
        "How convolutions are padded, where the weights say it wrong or not at all.",
        flag_values=values,
    )
    absl_flags.DEFINE_enum(
        "precision",
        "float32",
        ["float32", "bfloat16"],
        "Convolutions and products in bfloat16 are faster on CPUs and GPUs that have it, and a "
        "little off; known pixels stay exact.",
        flag_values=values,
    )
    define_detail(values)
    define_working_size(values)
    number("seed", 0, 0, "Of the places that --detail tries by chance; a number gives one picture.")
    number("max_pixels", MAX_PIXELS, 64, "The largest picture, and mask, that is opened.")
    switch("quiet", "Say nothing but errors.")


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
        output = flags.output or default_output(flags.image)
        return [Job(flags.image, flags.mask or None, output)], []
    if not flags.output_dir:
        raise InputError("--image_dir needs --output_dir, a directory for the results.")
    return folder_jobs(flags.image_dir, flags.output_dir, flags.mask_dir or None, flags.mask)


def hole_source(flags):
    """The `HoleSource` that the flags describe."""
    boxes = tuple(_integers("box", text, "top,left,height,width", 0) for text in flags.box)
    for box in boxes:
        if 0 in box[2:]:
            raise InputError(f"--box {','.join(map(str, box))} is empty; height and width are 0.")
    color = None
    if flags.hole_color:
        color = _integers("hole_color", flags.hole_color, "r,g,b", 0, 255)
    elif flags.hole_tolerance:
        raise InputError("--hole_tolerance is about --hole_color, which is not given.")
    if flags.face_region:
        model_file(MESH)  # whether it is there, before anything takes time
    return HoleSource(
        flags.invert_mask,
        boxes,
        color,
        flags.hole_tolerance,
        flags.grow,
        flags.face_region,
        flags.transparent_hole,
    )


def sketch_of(flags):
    """The sketch that the flags ask for, as `completion.prepare` takes it."""
    if flags.sketch == LANDMARKS:
        model_file(MESH)  # whether it is there, before anything takes time
        return LANDMARKS
    return SketchFile(flags.sketch, flags.invert_sketch) if flags.sketch else None


def weights_name(flags):
    """The weights to use: a path that exists, or "random"; the bundled ones where none are given.

    Raises:
        InputError: two are given, or there is nothing of that name.
    """
    names = ("weights", "checkpoint_dir", "checkpoint")
    given = [name for name in names if getattr(flags, name)]
    if len(given) > 1:
        raise InputError(f"--{given[0]} and --{given[1]} are two names of one flag; give one.")
    return weights_path(getattr(flags, given[0]) if given else BUNDLED, words=[RANDOM])


def picture_size(flags):
    """(height, width) to which pictures are to be scaled, or None."""
    sides = (flags.image_height, flags.image_width)
    if sides == (None, None):
        return None
    if None in sides:
        raise InputError("--image_height and --image_width belong together; give both or neither.")
    if sides[0] * sides[1] > flags.max_pixels:
        raise InputError(
            f"--image_height {sides[0]} and --image_width {sides[1]} are more than the "
            f"{flags.max_pixels} pixels of --max_pixels."
        )
    return sides


def _integers(flag, text, form, lowest, highest=None):
    """Reads "1,2,3" as a tuple of as many integers as `form` has names."""
    try:
        values = tuple(int(part) for part in text.split(","))
    except ValueError:
        values = ()
    count = form.count(",") + 1
    bounded = all(lowest <= value and (highest is None or value <= highest) for value in values)
    if len(values) != count or not bounded:
        limits = f"{lowest} to {highest}" if highest is not None else f"from {lowest} on"
        raise InputError(f"--{flag} {text} is not {form}; expected {count} integers, {limits}.")
    return values
