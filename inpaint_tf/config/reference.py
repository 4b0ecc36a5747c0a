"""Every key of a configuration with its type, default and meaning, from the schema itself."""

import dataclasses
import inspect
import re
import typing

from inpaint_tf.config.schema import Config

INTRODUCTION = """\
# Configuration keys

Every key of the files in `configs/`, as the program itself knows them (written by
`python -m inpaint_tf.config.reference`). `python train.py --config NAME --print_config` prints
it with all values filled in; `--set key=value` changes one. `train.phases` is a list, whose
items are addressed by number: `train.phases.0.steps`.
"""


class Key(typing.NamedTuple):
    """One key: its whole path, type in words, default as YAML has it, and meaning."""

    path: str
    type: str
    default: str
    meaning: str


def keys_of(schema=Config, path=""):
    """A list of (title, docstring's summary, list of `Key`) for a dataclass and those below it."""
    summary, meanings = _parsed(inspect.getdoc(schema))
    types, own, below = typing.get_type_hints(schema), [], []
    for field in dataclasses.fields(schema):
        name = f"{path}.{field.name}".lstrip(".")
        hint = types[field.name]
        item = next(
            (each for each in typing.get_args(hint) if dataclasses.is_dataclass(each)), None
        )
        if dataclasses.is_dataclass(hint):
            below += keys_of(hint, name)
        elif item is not None:
            below += keys_of(item, f"{name}.N")
        else:
            default = _default(field)
            own.append(Key(name, _words(hint), default, meanings.get(field.name, "")))
    return ([(path, summary, own)] if own else []) + below


def paths_of(schema=Config):
    """The whole paths of all keys, `train.phases.N.steps` and so on."""
    return [key.path for _, _, keys in keys_of(schema) for key in keys]


def reference():
    """The page as Markdown."""
    parts = [INTRODUCTION]
    for path, summary, keys in keys_of():
        parts.append(f"## {path or 'Top level'}\n\n{summary}\n")
        parts.append(
            _table(
                [(f"`{key.path}`", key.type, f"`{key.default}`", key.meaning) for key in keys],
                ("key", "type", "default", "meaning"),
            )
        )
    parts += _by_name()
    return "\n".join(parts)


def _by_name():
    """The options of parts chosen by name, from their signatures and docstrings."""
    from inpaint_tf.models.critic_sets import CRITIC_SETS
    from inpaint_tf.models.registry import MODELS
    from inpaint_tf.training.terms.registry import TERMS

    yield "## network.options, by network.name\n"
    for name, model in MODELS.items():
        yield from _options(name, model, model)
    yield "## critics.options, by critics.name\n"
    for name, critics in CRITIC_SETS.items():
        yield from _options(name, critics.make, critics.make, skipped=2)
    yield "## losses.weights\n\nA number for each of these terms; others are left out.\n"
    rows = [(f"`{name}`", _home(make).__doc__.split("\n")[0]) for name, make in TERMS.items()]
    rows.append(("`NAME_adversarial`", "For every critic NAME, its judgement of the picture."))
    rows.append(("`gradient_penalty`", "Of the critics, with `losses.adversarial: wgan_gp`."))
    yield _table(rows, ("term", "meaning"))


def _options(name, function, documented, skipped=0):
    meanings = _parsed(inspect.getdoc(documented), "Args:")[1]
    parameters = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is not parameter.VAR_KEYWORD
    ][skipped:]
    rows = [
        (f"`{each.name}`", f"`{_yaml(each.default)}`", meanings.get(each.name, ""))
        for each in parameters
    ]
    yield f"### {name}\n\n{_summary(documented)}\n"
    if rows:
        yield _table(rows, ("option", "default", "meaning"))


def _home(function):
    """The module of a function, or of a `functools.partial`'s function: one term a file."""
    return inspect.getmodule(getattr(function, "func", function))


def _summary(function):
    return (inspect.getdoc(function) or "").split("\n")[0]


def _parsed(text, after=None):
    """The summary of a docstring, and the meanings of the names it lists as `name, name: ...`."""
    lines = (text or "").splitlines()
    summary = lines[0] if lines else ""
    if after in lines:
        lines = [line[4:] for line in lines[lines.index(after) + 1 :]]
    meanings, names = {}, ()
    for line in lines:
        start = re.match(r"((?:\w+)(?:, \w+)*): (.+)", line)
        if start:
            names = start[1].split(", ")
            meanings.update(dict.fromkeys(names, start[2]))
        elif line.startswith("    ") and names:
            meanings.update({name: f"{meanings[name]} {line.strip()}" for name in names})
        else:
            names = ()
    return summary, meanings


def _default(field):
    has_factory = field.default_factory is not dataclasses.MISSING
    return _yaml(field.default_factory() if has_factory else field.default)


def _yaml(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_yaml, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{name}: {_yaml(item)}" for name, item in value.items())
        return "{" + inside + "}"
    if isinstance(value, str):
        return value or '""'
    return "(none)" if value is inspect.Parameter.empty else str(value)


def _words(hint):
    """A type hint in words."""
    names = {int: "whole number", float: "number", bool: "true or false", str: "text",
             tuple: "list", dict: "keys and values", type(None): "null"}  # fmt: skip
    if hint in names:
        return names[hint]
    if typing.get_origin(hint) is typing.Union:
        return " or ".join(_words(each) for each in typing.get_args(hint))
    return "list"


def _table(rows, heading):
    lines = [heading, ["---"] * len(heading), *rows]
    escaped = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
