"""Keys of older configurations under their present names."""

# The network's options used to stand beside its name, the critics' width among them.
_NETWORK, _CRITIC_WIDTH = ("name", "options"), "critic_width"
# Keys of `losses.weights` that an older file could leave out.
V1_WEIGHTS = {
    "coarse_hole_l1": 1.44,
    "refined_hole_l1": 1.2,
    "coarse_known_l1": 1.44,
    "refined_known_l1": 1.2,
    "local_adversarial": 0.001,
    "global_adversarial": 0.001,
    "gradient_penalty": 10.0,
    "total_variation": 0.0,
}


def present_key(key):
    """The present name of a key such as "network.width"."""
    section, _, rest = key.partition(".")
    if section == "network" and rest == _CRITIC_WIDTH:
        return "critics.options.width"
    if section == "network" and rest and rest.partition(".")[0] not in _NETWORK:
        return f"network.options.{rest}"
    return key


def brought_up(values):
    """The values of a configuration, with older keys replaced by the present ones."""
    values = dict(values)
    network = values.get("network")
    if isinstance(network, dict):
        beside = {name: value for name, value in network.items() if name not in _NETWORK}
        width = beside.pop(_CRITIC_WIDTH, None)
        kept = {name: value for name, value in network.items() if name in _NETWORK}
        if beside:
            kept["options"] = {**(kept.get("options") or {}), **beside}
        values["network"] = kept
        if width is not None and "critics" not in values:
            values["critics"] = {"options": {"width": width}}
    losses = values.get("losses")
    weights = losses.get("weights") if isinstance(losses, dict) else None
    if isinstance(weights, dict) and weights.keys() <= V1_WEIGHTS.keys():
        values["losses"] = {**losses, "weights": {**V1_WEIGHTS, **weights}}
    return values
