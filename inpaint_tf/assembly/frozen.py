"""Networks that do not learn, which terms of the loss look through."""

from inpaint_tf.assembly.faces import landmark_distance
from inpaint_tf.errors import InputError
from inpaint_tf.training.terms.features import FEATURES, FeatureComparison
from inpaint_tf.training.terms.landmark_l1 import LANDMARKS
from inpaint_tf.weights.vgg_files import load_features


def make_features(config):
    """What the perceptual and style terms look through."""
    source = config.losses.features
    if source is None:
        raise InputError(
            "config.losses.features is null, but losses.weights has perceptual or style; expected "
            "vgg16 or vgg19, which Keras downloads, or a file of such a network (.h5 of Keras, or "
            ".safetensors)."
        )
    return FeatureComparison(load_features(source, config.losses.feature_maps))


# Each value is a function of a `Config` to the function that terms call; none is made before a
# term asks for it.
FROZEN_NETWORKS = {FEATURES: make_features, LANDMARKS: landmark_distance}


def frozen_networks(terms, config, made):
    """The networks that some terms ask for.

    Args:
        terms: dict of name -> `training.terms.term.Term`.
        config: `Config`.
        made: dict of those that were made before; new ones are added.

    Returns:
        dict of name -> function.
    """
    names = sorted({name for term in terms.values() for name in term.frozen})
    for name in names:
        if name not in made:
            made[name] = FROZEN_NETWORKS[name](config)
    return {name: made[name] for name in names}
