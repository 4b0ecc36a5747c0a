"""The weights that a new run starts from, and which of them fit."""

from inpaint_tf.errors import InputError
from inpaint_tf.models.attentions import attention_option
from inpaint_tf.weights.load import read_weights

LEARNT_ANEW = ("fill",)  # options that fine-tuning may change: what the network sees in the hole
_ONE_SPELLING = {"attention": attention_option}  # of options that have several


def initial_weights(path, config):
    """Reads weights for fine-tuning.

    Raises:
        InputError: they cannot be read, or belong to another network than the configuration's.
    """
    weights = read_weights(path)
    network = config.network
    if weights.model != network.name:
        raise InputError(
            f"--init_weights {path} is for {weights.model!r}, config.network.name is "
            f"{network.name!r}."
        )
    for name, value in network.options.items():
        spelled = _ONE_SPELLING.get(name, lambda value: value)
        found = weights.options.get(name, value)
        if spelled(found) != spelled(value) and name not in LEARNT_ANEW:
            raise InputError(
                f"--init_weights {path} has {name} {found!r}, but config.network.options.{name} "
                f"is {value!r}; --set network.options.{name}={found} starts from them."
            )
    return weights


def require_statistics(config, init_weights):
    """Raises `InputError` if the first phase would freeze statistics that do not exist yet.

    Args:
        config: `Config`.
        init_weights: a path, or None if the run begins with random weights.
    """
    if config.train.phases[0].freeze_encoder_norm and init_weights is None:
        raise InputError(
            "config.train.phases.0.freeze_encoder_norm is true, but no batch statistics were "
            "gathered before it; expected false in the first phase, or --init_weights."
        )


def fitting(variables, arrays):
    """Which arrays go into which variables.

    Args:
        variables: dict of name -> tf.Variable.
        arrays: dict of name -> array.

    Returns:
        (dict of name -> array, names of variables that stay as they are, names of arrays that
        are not used).
    """
    fits = {
        name: arrays[name]
        for name, variable in variables.items()
        if name in arrays and tuple(arrays[name].shape) == tuple(variable.shape)
    }
    missing = [name for name in variables if name not in fits]
    unused = [name for name in arrays if name not in variables]
    return fits, missing, unused
