"""YAML -> `Config`, with typed overrides; what is unknown or of the wrong type is refused."""

import dataclasses
import difflib
import os
import typing

import yaml

from inpaint_tf.config.schema import Config
from inpaint_tf.errors import InputError

CONFIG_FOLDER = "configs"


def load_config(name, overrides=()):
    """Reads a configuration.

    Args:
        name: a path, or the name of a file in the folder `configs`, "places2.yml" or "places2".
        overrides: texts "key.sub=value"; values are read as YAML. Items of a list are addressed
            by number: "train.phases.0.steps=100".

    Returns:
        A `Config`.

    Raises:
        InputError: there is no such file, a key is unknown, or a value cannot be used.
    """
    path = find_config(name)
    values = _read_yaml(path)
    for override in overrides:
        _override(values, override)
    return to_config(values)


def find_config(name):
    """The path of a configuration given by path or by name."""
    in_the_package = os.path.join(os.path.dirname(os.path.dirname(__file__)), CONFIG_FOLDER)
    folders = ["", CONFIG_FOLDER, in_the_package]
    tried = [os.path.join(folder, name + end) for folder in folders for end in ("", ".yml")]
    for path in tried:
        if os.path.isfile(path):
            return path
    known = sorted(
        {file for folder in folders[1:] if os.path.isdir(folder) for file in os.listdir(folder)}
    )
    raise InputError(f"{name} is no config file; there are {', '.join(known) or 'none'}.")


def to_config(values):
    """Makes a `Config` of nested dictionaries.

    Raises:
        InputError: a key is unknown, or a value cannot be used.
    """
    return _build(Config, values, path="config")


def to_values(config):
    """The nested dictionaries and lists of a `Config`, ready for YAML or JSON."""
    return _plain(dataclasses.asdict(config))


def to_yaml(config):
    """The text of a resolved configuration."""
    return yaml.safe_dump(to_values(config), sort_keys=False)


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _read_yaml(path):
    try:
        with open(path, encoding="utf-8") as file:
            values = yaml.safe_load(file)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read as YAML: {error}.") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no keys; expected a configuration like configs/quick.yml.")
    return values


def _override(values, text):
    key, equals, value = text.partition("=")
    if not equals:
        raise InputError(f"--set {text!r} has no value; expected key.sub=value.")
    *parents, last = key.split(".")
    for name in parents:
        index = _index(values, name, key)
        if isinstance(values, dict):
            values.setdefault(index, {})
            values[index] = {} if values[index] is None else values[index]
        values = values[index]
    if not isinstance(values, (dict, list)):
        raise InputError(f"--set {text!r}: {'.'.join(parents)} has no keys below it.")
    try:
        values[_index(values, last, key)] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise InputError(f"--set {text!r}: the value cannot be read as YAML.") from error


def _index(values, name, key):
    if not isinstance(values, list):
        return name
    if not name.isdigit() or int(name) >= len(values):
        raise InputError(f"--set {key}: {name!r} is no item of a list of {len(values)}.")
    return int(name)


def _build(kind, values, path):
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise InputError(f"{path} is {values!r}; expected keys and values.")
    names = [each.name for each in dataclasses.fields(kind)]
    types = typing.get_type_hints(kind)
    arguments = {}
    for name, value in values.items():
        if name not in names:
            near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.0)
            raise InputError(f"{path}.{name} is not an option; did you mean {near[0]!r}?")
        arguments[name] = _convert(types[name], value, f"{path}.{name}")
    return kind(**arguments)


def _convert(kind, value, path):
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _build(kind, value, path)
    if origin is typing.Union:
        return _convert_union(typing.get_args(kind), value, path)
    if origin is tuple:
        _require_type(isinstance(value, list), path, value, "a list")
        item = typing.get_args(kind)[0]
        return tuple(_build(item, each, f"{path}.{n}") for n, each in enumerate(value))
    if kind is tuple:
        numbers = isinstance(value, list) and all(_is_number(each) for each in value)
        _require_type(numbers, path, value, "a list of numbers")
        return tuple(float(each) if isinstance(each, str) else each for each in value)
    if kind is float:
        _require_type(_is_number(value), path, value, "a number")
        return float(value)
    if kind is int:
        whole = _is_number(value) and float(value).is_integer()
        _require_type(whole, path, value, "a whole number")
        return int(value)
    names = {bool: "true or false", str: "a text"}
    _require_type(isinstance(value, kind), path, value, names[kind])
    return value


def _convert_union(kinds, value, path):
    if value is None:
        _require_type(type(None) in kinds, path, value, "a value")
        return None
    kinds = [kind for kind in kinds if kind is not type(None)]
    if len(kinds) > 1:
        kinds = [kind for kind in kinds if (kind is tuple) == isinstance(value, list)]
    return _convert(kinds[0], value, path)


def _is_number(value):
    # YAML 1.1 reads "1e-4" as a text; whoever writes that means the number.
    try:
        float(value)
    except (TypeError, ValueError, OverflowError):
        return False
    if isinstance(value, str):
        return not value.strip().lstrip("+-").lower().startswith(("nan", "inf"))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _require_type(condition, path, value, expected):
    if not condition:
        raise InputError(f"{path} is {value!r}; expected {expected}.")
