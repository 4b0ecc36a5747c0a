"""The flag `--working_size`, which several commands have."""

from absl import flags

from inpaint_tf.errors import InputError

WORDS = ("auto", "full")


def define_working_size(values):
    """Defines the flag in `values`, an `absl.flags.FlagValues`."""
    flags.DEFINE_string(
        "working_size",
        "auto",
        "N|full|auto: how large pictures go through the network. N: windows around their "
        "holes, scaled down to N pixels at the longer side, with detail of the full size. full "
        "takes every picture as it is. auto is full without detail, otherwise 512 for pictures of "
        "more than 768.",
        flag_values=values,
    )


def working_size_of(values):
    """The choice, as the `Inpainter` takes it: "auto", "full" or an int."""
    text = values.working_size
    if text in WORDS:
        return text
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise InputError(
            f"--working_size {text} is not a size; expected auto, full or a number of pixels."
        )
    return int(text)
