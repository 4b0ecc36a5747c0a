"""Every registered layer and network tells all its arguments, and is built again from them."""

import importlib
import inspect
import pkgutil

import keras
import pytest

for package in ("layers", "models"):
    inside = importlib.import_module(f"inpaint_tf.{package}")
    for module in pkgutil.walk_packages(inside.__path__, inside.__name__ + "."):
        importlib.import_module(module.name)

KINDS = {
    name: kind
    for name, kind in keras.saving.get_custom_objects().items()
    if name.startswith("inpaint_tf>") and issubclass(kind, keras.layers.Layer)
}
# By the argument's name another value than its default, where twice a number will not do.
OTHER_VALUES = {
    "kernel_size": 5,
    "propagation_size": 5,
    "width": 4,
    "padding_mode": "reflect",
    "padding": "same",
    "masking": "exclude",
    "implementation": "patches",
    "memory": 12345,
    "filters": 6,
    "channels": 6,
    "parts": (2, 4),
    "levels": 4,
    "iteration": "held",
    "fill": [10, 20, 30],
    "start": "level",
    "convolution": lambda: keras.layers.Conv2D(4, 3, name="inner"),
}


def arguments_of(kind):
    """Every argument of a class, with a value that is not its default where one is known."""
    arguments = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if name in OTHER_VALUES:
            value = OTHER_VALUES[name]
            arguments[name] = value() if callable(value) else value
        elif isinstance(parameter.default, bool):
            arguments[name] = not parameter.default
        elif isinstance(parameter.default, (int, float)):
            arguments[name] = 2 * parameter.default + 1
        else:  # at least it must be told
            assert parameter.default is not parameter.empty, f"OTHER_VALUES lacks {name!r}"
            arguments[name] = parameter.default
    return arguments


def test_the_package_registers_its_layers():
    assert {"inpaint_tf>ContextualAttention", "inpaint_tf>DeepFillV1"} <= set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_configuration_holds_every_argument(name):
    kind = KINDS[name]
    arguments = arguments_of(kind)
    layer = kind(**arguments)
    config = layer.get_config()
    again = kind.from_config(config)
    for argument, value in arguments.items():
        assert argument in config, f"get_config of {name} lacks {argument!r}"
        if not isinstance(value, keras.layers.Layer):
            told = config[argument]
            # Keras writes one size of a square kernel as two.
            assert told == value or tuple(told) in ((value, value), value), argument
    assert again.get_config() == config
