"""Values from YAML -> values of a declared type, or a sentence about the key."""

import dataclasses
import difflib
import math
import typing

from inpaint_tf.errors import InputError
from inpaint_tf.plain_yaml import shown


def build(schema, values, path):
    """Makes a dataclass from a dictionary; `path` is its key."""
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise InputError(f"{path} is {shown(values)}; expected keys and values.")
    types = typing.get_type_hints(schema)
    names = [each.name for each in dataclasses.fields(schema)]
    arguments = {}
    for name, value in values.items():
        require_known(name, names, path)
        arguments[name] = convert(types[name], value, f"{path}.{name}")
    return schema(**arguments)


def require_known(name, names, path):
    """Raises `InputError` unless `name` is one of `names`; it names the nearest."""
    if name not in names:
        near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
        known = f"there are {', '.join(names)}." if names else "there is none here."
        meant = f"did you mean {near[0]!r}?" if near else known
        name = str(name)[:100]
        raise UnknownKey(f"{path}.{name} is not an option; {meant}", name, bool(near))


class UnknownKey(InputError):
    """An unknown key; `name` is its last part, `hinted` whether the sentence suggests another."""

    def __init__(self, sentence, name, hinted):
        super().__init__(sentence)
        self.name, self.hinted = name, hinted


def convert(hint, value, path):
    """`value` as `hint`: a type or a hint of the dataclasses of a configuration.

    Raises:
        InputError: it is of another type.
    """
    origin = typing.get_origin(hint)
    if dataclasses.is_dataclass(hint):
        return build(hint, value, path)
    if origin is typing.Literal:
        choices = typing.get_args(hint)
        same = [each for each in choices if type(each) is type(value) and each == value]
        _require_type(same, path, value, f"one of {', '.join(map(shown, choices))}")
        return value
    if origin is typing.Union:
        return _convert_union(typing.get_args(hint), value, path)
    if origin is tuple:
        _require_type(isinstance(value, list), path, value, "a list")
        item = typing.get_args(hint)[0]
        return tuple(_convert_item(item, each, path, n) for n, each in enumerate(value))
    if hint is tuple:
        numbers = isinstance(value, list) and all(_is_number(each) for each in value)
        _require_type(numbers, path, value, "a list of numbers")
        return tuple(_number(each) if isinstance(each, str) else each for each in value)
    if hint is dict:
        value = {} if value is None else value
        _require_type(isinstance(value, dict), path, value, "keys and values")
        return dict(value)
    if hint is float:
        _require_type(_is_number(value), path, value, "a number")
        return float(value)
    if hint is int:
        whole = _is_number(value) and float(value).is_integer() and abs(float(value)) < 2**63
        _require_type(whole, path, value, "a whole number")
        return int(value) if isinstance(value, int) else int(float(value))  # 1e3 is a text
    names = {bool: "true or false", str: "a text"}
    _require_type(isinstance(value, hint), path, value, names[hint])
    return value


def _convert_item(hint, value, path, number):
    try:
        return convert(hint, value, f"{path}.{number}")
    except UnknownKey:
        raise
    except InputError as error:  # a dataclass does not know its index in a list
        own = str(error).replace(f"{path}.", f"{path}.{number}.", 1)
        raise InputError(str(error) if f"{path}.{number}" in str(error) else own) from error


def _convert_union(hints, value, path):
    if value is None:
        _require_type(type(None) in hints, path, value, "a value")
        return None
    hints = [hint for hint in hints if hint is not type(None)]
    if len(hints) > 1:
        hints = [hint for hint in hints if (hint is tuple) == isinstance(value, list)]
    return convert(hints[0], value, path)


def _is_number(value):
    # YAML 1.1 reads "1e-4" as a text, but the number is meant.
    try:
        float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    plain = isinstance(value, (int, float, str)) and not isinstance(value, bool)
    return plain and math.isfinite(float(value))


def _number(text):
    """A text such as 1e3 as the number that is meant, which may have to be whole."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _require_type(condition, path, value, expected):
    if not condition:
        raise InputError(f"{path} is {shown(value)}; expected {expected}.")
