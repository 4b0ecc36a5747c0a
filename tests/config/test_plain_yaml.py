"""Configurations and --set from strangers: a sentence, soon, whatever they hold."""

import time

import pytest

from inpaint_tf.config.load import read_config
from inpaint_tf.errors import InputError
from inpaint_tf.plain_yaml import read_yaml, shown


def references(levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        items = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{items}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text, words",
    [
        (references(9), "values"),
        ("seed: " + "[" * 10000, "deep"),
        ("- " * 3000 + "1", "deep"),
        ("a: &a [*a]", "is to nothing, or to itself"),
        ("x" * 100_001, "characters"),
        ("seed: [" + "1, " * 20000 + "1]", "values"),
        ("a: 2024-13-45", "month"),
        ("a: !!timestamp x", "."),
        ("a: !!int x", "."),
        ("a: !!python/object:os.system x", "tag"),
        ("? [1]\n: 2", "unhashable"),
        ("a: \0", "."),
        ("a: b: c", "."),
        ("a: 1:30", "base 60"),
        ("seed: 1\ndata: {}\nseed: 2", "the key seed occurs twice"),
        ("a:\n- b: {c: 1}\n- {b: {c: 1}, c: 2, 'c': 3}", "the key c occurs twice"),
        ("a: [010]", "base 60 or 8"),
    ],
)
def test_what_cannot_be_used_is_said_soon(tmp_path, text, words):
    began = time.monotonic()
    with pytest.raises(ValueError, match=words):
        read_yaml(text)
    (tmp_path / "c.yml").write_text(text)
    with pytest.raises(InputError, match="c.yml cannot be read as YAML"):
        read_config(str(tmp_path / "c.yml"))
    assert time.monotonic() - began < 5


def test_numbers_of_odd_bases_are_taken_in_quotes():
    assert read_yaml("a: '1:30'\nb: \"010\"\nc: 0\nd: 1_000\ne: 0x10\nf: 0.5") == {
        **{"a": "1:30", "b": "010", "c": 0},
        **{"d": 1000, "e": 16, "f": 0.5},
    }


def test_references_in_measure_are_taken():
    assert read_yaml("a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}") == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": {"b": 1, "e": 2},
    }
    assert read_yaml("a: {a: a, b: [a, a]}\nb: a") == {"a": {"a": "a", "b": ["a", "a"]}, "b": "a"}
    assert read_yaml("5") == 5 and read_yaml("") is None


def test_whole_numbers_may_be_written_with_an_exponent():
    config = read_config("quick.yml", ["train.save_every=1e3", "seed=2.0"])
    assert config.train.save_every == 1000 and isinstance(config.train.save_every, int)
    assert config.seed == 2
    lists = [
        "data.resize=[1e2, 64]",
        "train.phases.0.size=[1.28e2, 1.28e2]",
        "data.scale=[5e-1, 1e0]",
    ]
    config = read_config("quick.yml", lists)
    assert config.data.resize == (100, 64) and config.train.phases[0].size == (128, 128)
    assert config.data.scale == (0.5, 1.0)


@pytest.mark.parametrize(
    "override, words",
    [
        ("seed.a.b=1", "seed has no keys below it"),
        ("seed.a=1", "seed has no keys below it"),
        ("train.phases.\u00b2.steps=1", "is not an item of a list"),
        ("train.phases.99999999999.steps=1", "is not an item of a list"),
        ("seed=\u00b2", "a whole number"),
        ("seed=2024-01-01", "config.seed is a date"),
        ("seed=!!binary aGVsbG8=", "config.seed is a bytes"),
        ("seed=" + "9" * 400, "config.seed is a number of more than 30 digits"),
        ("seed=1e300", "seed is '1e300'; expected a whole number"),
        ("train.phases.0.steps=1e30", "expected a whole number"),
        ("train.phases.0.size=[80000,64]", "multiples of 8 up to 8192"),
        ("train.phases.0.learning_rate=.inf", "expected a number"),
        ("train.phases.0.learning_rate=1e400", "expected a number"),
        ("masks.brush_angle=[.nan, 24]", "a list of numbers"),
        ("seed=1e999", "a whole number"),
        ("seed=" + "x" * 5000, "5000 characters"),
        ("seed=[" + "1," * 5000 + "]", "config.seed is list of 5000 values"),
        ("seed={a: [1, 2]}", "config.seed is dict of 1 values"),
        ("data.flip=maybe", "true or false"),
        ("a." * 300 + "b=1", "has no value"),
        ("seed=[", "cannot be read as YAML"),
    ],
)
def test_overrides_that_cannot_be_used_are_one_short_sentence(override, words):
    with pytest.raises(InputError, match=words) as caught:
        read_config("quick.yml", [override])
    assert len(str(caught.value)) < 700


def test_values_are_shown_short():
    assert shown([1, 2]) == "[1, 2]" and shown("a") == "'a'" and shown(None) == "None"
    assert shown(10**500) == "a number of more than 30 digits"
    assert shown({"a": list(range(99))}) == "dict of 1 values"
