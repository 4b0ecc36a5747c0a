"""The reference of configuration keys is complete, and the one of the docs."""

import pathlib

import yaml

import inpaint_tf
from inpaint_tf.cli.train import main
from inpaint_tf.config.load import to_config
from inpaint_tf.config.reference import keys_of, paths_of, reference

PAGE = pathlib.Path(inpaint_tf.__file__).parent.parent / "docs" / "configuration.md"


def paths_within(values, path=""):
    """The paths of the innermost values of nested dictionaries and lists."""
    if path.endswith(("options", "weights")):
        yield path
    elif isinstance(values, dict):
        for name, item in values.items():
            yield from paths_within(item, f"{path}.{name}".lstrip("."))
    elif isinstance(values, list) and values and isinstance(values[0], dict):
        yield from paths_within(values[0], f"{path}.N")
    else:
        yield path


def test_every_key_is_there_with_its_meaning():
    keys = [key for _, _, keys in keys_of() for key in keys]
    assert [key.path for key in keys if not key.meaning] == []
    from inpaint_tf.config.load import to_values

    assert {key.path for key in keys} == set(paths_within(to_values(to_config({}))))


def test_page_of_the_docs_is_the_reference():
    assert PAGE.read_text() == reference(), "python -m inpaint_tf.config.reference writes it"
    assert "train.phases.N.steps" in paths_of() and "| `refined_hole_l1` |" in reference()
    assert "|  |\n" not in reference()  # a meaning is missing


def test_misplaced_key_names_its_place(capsys):
    assert main(["--config", "quick", "--set", "train.steps=3"]) == 2
    assert "config.train.steps is not an option; there is train.phases.N.steps." in (
        capsys.readouterr().err
    )
    assert main(["--config", "quick", "--set", "train.qqq=3"]) == 2
    assert "config.train.qqq is not an option; there are phases, " in capsys.readouterr().err


def test_value_of_a_list_s_item_is_named_with_its_number(capsys):
    assert main(["--config", "quick", "--set", "train.phases.0.batch=0"]) == 2
    assert "config.train.phases.0.batch is 0; expected" in capsys.readouterr().err


def test_print_config_gives_every_value(capsys):
    assert main(["--config", "quick", "--set", "seed=7", "--print_config"]) == 0
    values = yaml.safe_load(capsys.readouterr().out)
    assert values["seed"] == 7 and values["network"]["options"]["masking"] == "multiply"
    assert set(paths_within(values)) == set(paths_of())
