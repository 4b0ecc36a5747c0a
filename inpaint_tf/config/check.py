"""Checks of configuration values; each names the wrong key and what is expected."""

from inpaint_tf.errors import InputError
from inpaint_tf.plain_yaml import shown


def require(condition, key, value, expected):
    """Raises `InputError` about `key` unless `condition` holds."""
    if not condition:
        raise InputError(f"config.{key} is {shown(value)}; expected {expected}.")


def require_choice(key, value, choices):
    """Raises `InputError` unless `value` is one of `choices`."""
    require(value in choices, key, value, "one of " + ", ".join(repr(each) for each in choices))
