"""The flag `--detail`, which several commands have."""

from absl import flags

CHOICES = {"auto": None, "on": True, "off": False}


def define_detail(values):
    """Defines the flag in `values`, an `absl.flags.FlagValues`."""
    flags.DEFINE_enum(
        "detail",
        "auto",
        list(CHOICES),
        "Whether the hole borrows fine structure from the known part of the picture, which turns a "
        "soft fill into texture; auto is what the weights say: on for the bundled ones, off for "
        "the authors'.",
        flag_values=values,
    )


def detail_of(values):
    """What was chosen, as the `Inpainter` takes it: True, False or None for what weights say."""
    return CHOICES[values.detail]
