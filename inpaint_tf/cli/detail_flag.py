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
        "soft fill into texture; auto follows the weights: on for the bundled ones, off for "
        "the authors'.",
        flag_values=values,
    )


def detail_of(values):
    """The choice, as the `Inpainter` takes it: True, False, or None to follow the weights."""
    return CHOICES[values.detail]
