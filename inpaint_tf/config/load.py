"""YAML -> `Config`, with typed overrides; unknown keys and wrong types are refused."""

import dataclasses
import os

import yaml

from inpaint_tf.config.older import brought_up, present_key
from inpaint_tf.config.options import with_options
from inpaint_tf.config.reference import paths_of
from inpaint_tf.config.schema import Config
from inpaint_tf.config.values import UnknownKey, build
from inpaint_tf.errors import InputError
from inpaint_tf.plain_yaml import MOST_CHARACTERS, read_yaml, shown

CONFIG_FOLDER = "configs"
LONGEST_KEY = 200  # characters


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
    return with_options(read_config(name, overrides))


def read_config(name, overrides=()):
    """As `load_config`, without checking the options of parts chosen by name.

    Checking them needs TensorFlow, hence seconds; see `config.options.with_options`.
    """
    values = brought_up(_read_yaml(find_config(name)))
    for override in overrides:
        _override(values, override)
    return _built(values)


def _built(values):
    try:
        return build(Config, brought_up(values), path="config")
    except UnknownKey as error:
        elsewhere = [path for path in paths_of() if path.split(".")[-1] == error.name]
        if error.hinted or not elsewhere:
            raise
        first = str(error).split(";")[0]
        raise InputError(f"{first}; there is {' and '.join(elsewhere)}.") from error


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
    raise InputError(f"{name} is not a config file; there are {', '.join(known) or 'none'}.")


def to_config(values):
    """Makes a `Config` from nested dictionaries.

    Raises:
        InputError: a key is unknown, or a value cannot be used.
    """
    return with_options(_built(values))


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
            values = read_yaml(file.read(MOST_CHARACTERS + 1))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as YAML: {error}.") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no keys; expected a configuration like configs/quick.yml.")
    return values


def _override(values, text):
    key, equals, value = text.partition("=")
    if not equals or len(key) > LONGEST_KEY:
        raise InputError(f"--set {shown(text)} has no value; expected key.sub=value.")
    *parents, last = present_key(key).split(".")
    for number, name in enumerate(parents):
        if not isinstance(values, (dict, list)):
            raise InputError(f"--set {key}: {'.'.join(parents[:number])} has no keys below it.")
        index = _index(values, name, key)
        if isinstance(values, dict):
            values.setdefault(index, {})
            values[index] = {} if values[index] is None else values[index]
        values = values[index]
    if not isinstance(values, (dict, list)):
        raise InputError(f"--set {key}: {'.'.join(parents)} has no keys below it.")
    try:
        values[_index(values, last, key)] = read_yaml(value)
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"--set {key}: the value cannot be read as YAML: {error}.") from error


def _index(values, name, key):
    if not isinstance(values, list):
        return name
    if not (name.isascii() and name.isdecimal() and len(name) < 10) or int(name) >= len(values):
        raise InputError(f"--set {key}: {name!r} is not an item of a list of {len(values)}.")
    return int(name)
