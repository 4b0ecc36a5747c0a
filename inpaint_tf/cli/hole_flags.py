"""The flags that mark holes, shared by several commands, and their meaning."""

from absl import flags as absl_flags

from inpaint_tf.cli.plain_flags import number, switch, text
from inpaint_tf.errors import InputError
from inpaint_tf.faces.model_files import MESH, model_file
from inpaint_tf.inference.hole import HoleSource
from inpaint_tf.inference.photo import MAX_PIXELS
from inpaint_tf.masks.face_region import REGIONS


def define_hole(values):
    """Defines what `hole_source` reads, and the seam."""
    switch(values, "invert_mask", "Black is the hole of mask files, instead of white.")
    absl_flags.DEFINE_multi_string(
        "box",
        [],
        "top,left,height,width: a hole in pixels of the upright picture. May be given repeatedly.",
        flag_values=values,
    )
    text(values, "hole_color", "r,g,b: pixels of the picture of this colour (0..255) are the hole.")
    number(values, "hole_tolerance", 0, 0, "How far a channel may be from --hole_color.")
    absl_flags.DEFINE_enum(
        "face_region",
        None,
        list(REGIONS),
        "This part of every face that is found is the hole. Needs the extra faces.",
        flag_values=values,
    )
    switch(
        values,
        "transparent_hole",
        "Pixels that are not opaque are the hole, and become opaque: for objects that were "
        "erased to transparency.",
    )
    number(
        values,
        "grow",
        0,
        0,
        "Enlarges the hole by N pixels, so that no rim remains of what it hides.",
    )
    number(values, "feather", 0, 0, "Blends the seam over N pixels inside the hole.")


def define_size(values):
    """Defines what `picture_size` reads."""
    for side in ("height", "width"):
        number(
            values,
            f"image_{side}",
            None,
            8,
            "With the other of --image_height and --image_width: pictures and masks are scaled to "
            "this size before anything else, and results have it, as in the authors' batches.",
        )
    number(values, "max_pixels", MAX_PIXELS, 64, "The largest picture, and mask, that is opened.")


def hole_source(flags):
    """The `HoleSource` that the flags describe."""
    boxes = tuple(_integers("box", box, "top,left,height,width", 0) for box in flags.box)
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


def _integers(flag, given, form, lowest, highest=None):
    """Reads "1,2,3" as a tuple of as many integers as `form` has names."""
    try:
        values = tuple(int(part) for part in given.split(","))
    except ValueError:
        values = ()
    count = form.count(",") + 1
    bounded = all(lowest <= value and (highest is None or value <= highest) for value in values)
    if len(values) != count or not bounded:
        limits = f"{lowest} to {highest}" if highest is not None else f"from {lowest} on"
        raise InputError(f"--{flag} {given} is not {form}; expected {count} integers, {limits}.")
    return values
