"""Flags of the three plainest kinds."""

from absl import flags


def text(values, name, help_text, default=None):
    """Defines a flag that takes a text."""
    flags.DEFINE_string(name, default, help_text, flag_values=values)


def number(values, name, default, lowest, help_text):
    """Defines a flag that takes an integer from `lowest` on."""
    flags.DEFINE_integer(name, default, help_text, lower_bound=lowest, flag_values=values)


def switch(values, name, help_text):
    """Defines a flag that is off until it is given."""
    flags.DEFINE_boolean(name, False, help_text, flag_values=values)
