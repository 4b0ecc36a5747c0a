"""YAML of bounded size and depth, and values as messages show them."""

import re

import yaml

MOST_CHARACTERS, MOST_VALUES, DEEPEST = 100_000, 10_000, 20
_NESTED = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST + 1}}}")
# What YAML 1.1 reads in base 60 and 8, which nobody expects: 1:30 is 90, and 010 is 8.
_ODD_NUMBER = re.compile(r"[-+]?(0[0-7_]*[0-7]|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)")
_LONGEST = 60  # characters of a value in a message


def read_yaml(text):
    """The values of a YAML text, which may hold plain ones only.

    Size and depth are checked before anything is built. A reference to a value counts as the value,
    so ten lines of references to references cannot become a billion values.

    Args:
        text: str.

    Returns:
        Dictionaries, lists, texts, numbers, dates, None.

    Raises:
        ValueError: this is not YAML, or too large; its message is the reason.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"it has more than {MOST_CHARACTERS} characters")
    if _NESTED.search(text):  # the parser would read it again and again
        raise ValueError(f"its values are more than {DEEPEST} deep")
    try:
        _require_bounded(yaml.parse(text, Loader=yaml.SafeLoader))
        return yaml.safe_load(text)
    # Constructors raise others, too: for impossible dates, for example.
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ArithmeticError) as error:
        raise ValueError(" ".join(str(error).split())[:200]) from error


def shown(value):
    """A value as a message shows it: short, whatever it is."""
    if isinstance(value, (dict, list, tuple, set)):
        text = repr(value) if _is_small(value) else ""
        return text or f"{type(value).__name__} of {len(value)} values"
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]!r}..., {len(value)} characters"
    if isinstance(value, (str, bool, int, float, type(None))):
        return repr(value)
    return f"a {type(value).__name__}"


def _is_small(values):
    inside = values.items() if isinstance(values, dict) else values
    flat = [each for pair in inside for each in (pair if isinstance(values, dict) else (pair,))]
    plain = all(isinstance(each, (str, bool, int, float, type(None))) for each in flat)
    return plain and len(flat) <= 8 and sum(len(shown(each)) for each in flat) <= 2 * _LONGEST


def _require_bounded(events):
    """Raises `ValueError` if values, with all they refer to, would be too many or too deep."""
    sizes, depths = {}, {}  # by anchor, once its value has ended
    open_values = [[None, 0, 0]]  # anchor, values and depth below, of all that is not ended
    keys = [None]  # of the same: [those so far, whether one is next], or None if it has none
    for event in events:
        if isinstance(event, yaml.NodeEvent) and keys[-1]:
            _require_new(keys[-1], event)
        if isinstance(event, yaml.CollectionStartEvent):
            keys.append([set(), True] if isinstance(event, yaml.MappingStartEvent) else None)
        elif isinstance(event, yaml.CollectionEndEvent):
            keys.pop()
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            open_values.append([event.anchor, 1, 0])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            anchor, size, depth = open_values.pop()
            _close(open_values[-1], sizes, depths, anchor, size, depth + 1)
        elif isinstance(event, yaml.ScalarEvent):
            if event.implicit[0] and _ODD_NUMBER.fullmatch(event.value):
                raise ValueError(
                    f"it holds {event.value[:40]}, which YAML takes for a number of base 60 or 8; "
                    "expected a plain number, or a text in quotes"
                )
            _close(open_values[-1], sizes, depths, event.anchor, 1, 0)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise ValueError(f"the reference {event.anchor[:40]} is to nothing, or to itself")
            size, depth = sizes[event.anchor], depths[event.anchor]
            _close(open_values[-1], sizes, depths, None, size, depth)
        if len(open_values) + open_values[-1][2] > DEEPEST + 1:
            raise ValueError(f"its values are more than {DEEPEST} deep")
        if open_values[-1][1] > MOST_VALUES:
            raise ValueError(f"it has more than {MOST_VALUES} values")


def _require_new(keys, event):
    """Raises `ValueError` if a key occurs twice: YAML would take the last one, without a word."""
    known, is_next = keys
    if is_next and isinstance(event, yaml.ScalarEvent):
        if event.value in known:
            raise ValueError(f"the key {event.value[:40]} occurs twice")
        known.add(event.value)
    keys[1] = not is_next


def _close(parent, sizes, depths, anchor, size, depth):
    if anchor is not None:
        sizes[anchor], depths[anchor] = size, depth
    parent[1] += size
    parent[2] = max(parent[2], depth)
