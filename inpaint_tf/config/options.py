"""Options of parts chosen by name: their schema is the signature of the part."""

import dataclasses
import inspect

from inpaint_tf.config.check import require
from inpaint_tf.config.values import convert, require_known
from inpaint_tf.errors import InputError


def with_options(config):
    """A `Config` whose options exist, have the right types, and are all filled in.

    Raises:
        InputError: a name or an option is unknown, or a value cannot be used.
    """
    # Signatures need TensorFlow, which takes seconds: everything else was checked before.
    from inpaint_tf.models.critic_sets import CRITIC_SETS
    from inpaint_tf.models.registry import MODELS

    _require_name("network.name", config.network.name, MODELS)
    _require_name("critics.name", config.critics.name, CRITIC_SETS)
    network = _with_defaults(config.network, MODELS[config.network.name], "network.options")
    critic_set = CRITIC_SETS[config.critics.name]
    critics = _with_defaults(config.critics, critic_set.make, "critics.options", given=2)
    config = dataclasses.replace(config, network=network, critics=critics)
    guided = network.options.get("guided", False)
    require(
        (config.data.sketches is not None) == guided,
        "data.sketches",
        config.data.sketches,
        "canny, landmarks, beside, or a folder, since the network is guided"
        if guided
        else "null, since the network is not guided (network.options.guided)",
    )
    _require_sizes(config, MODELS[network.name])
    _require_phases(config, MODELS[network.name])
    config = dataclasses.replace(config, losses=_with_terms(config.losses, critics.name))
    _require_refined(config)
    return config


def _with_defaults(section, function, path, given=0):
    return dataclasses.replace(
        section, options=_filled(section.options, function, f"config.{path}", given)
    )


def _filled(options, function, path, given):
    """`options` in their declared types, and the function's defaults for the others."""
    declared = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is not parameter.VAR_KEYWORD
    ][given:]
    for name in options:
        require_known(name, [parameter.name for parameter in declared], path)
    return {
        each.name: _typed(options[each.name], each, f"{path}.{each.name}")
        if each.name in options
        else each.default
        for each in declared
    }


def _typed(value, parameter, path):
    """The value in its declared type, or else in that of the default."""
    if parameter.annotation is not parameter.empty:
        return convert(parameter.annotation, value, path)
    default_type = type(parameter.default)
    return convert(default_type, value, path) if default_type in (bool, int, float, str) else value


def _require_name(key, name, registry):
    require(name in registry, key, name, "one of " + ", ".join(repr(each) for each in registry))


def _require_sizes(config, model):
    options, name = config.network.options, config.network.name
    try:
        smallest = model.smallest_size_with(options)
    except ValueError as error:
        raise InputError(f"config.network.options: {error}") from error
    shown = ", ".join(f"{key} {value!r}" for key, value in options.items())
    for index, phase in enumerate(config.train.phases):
        require(
            min(phase.size) >= smallest,
            f"train.phases.{index}.size",
            phase.size,
            f"at least {smallest} for {name} with {shown}",
        )


def _require_phases(config, model):
    for index, phase in enumerate(config.train.phases):
        require(
            phase.stage == "both" or len(model.stage_names) > 1,
            f"train.phases.{index}.stage",
            phase.stage,
            f"'both': {config.network.name} has one stage",
        )
        require(
            not phase.freeze_encoder_norm or hasattr(model, "encoder_norm_names"),
            f"train.phases.{index}.freeze_encoder_norm",
            phase.freeze_encoder_norm,
            f"false: {config.network.name} has no batch normalisation",
        )


def _require_refined(config):
    """Refuses landmarks if no phase makes the picture that they are read from."""
    weight = config.losses.weights.get("landmark_l1", 0.0)
    require(
        not weight or any(phase.stage == "both" for phase in config.train.phases),
        "losses.weights.landmark_l1",
        weight,
        "0, since every phase trains only the coarse stage and landmarks are those of the last",
    )


def _with_terms(losses, critics):
    from inpaint_tf.models.critic_sets import CRITIC_SETS
    from inpaint_tf.training.terms.registry import TERMS

    owners = {
        f"{name}_adversarial": owner for owner, each in CRITIC_SETS.items() for name in each.names
    }
    known = [*TERMS, *owners, "gradient_penalty"]
    weights = {}
    for name, value in losses.weights.items():
        require_known(name, known, "config.losses.weights")
        weights[name] = convert(float, value, f"config.losses.weights.{name}")
        require(weights[name] >= 0, f"losses.weights.{name}", value, "0 or more")
        require(
            not weights[name] or owners.get(name, critics) == critics,
            f"losses.weights.{name}",
            value,
            f"0, since critics.name {critics!r} has no such critic",
        )
    options = {}
    for name, given in losses.options.items():
        require_known(name, list(TERMS), "config.losses.options")
        path = f"config.losses.options.{name}"
        options[name] = _filled(convert(dict, given, path), TERMS[name], path, 1)
    return dataclasses.replace(losses, weights=weights, options=options)
