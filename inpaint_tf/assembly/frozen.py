"""The frozen networks of the loss's terms."""

from inpaint_tf.assembly.faces import landmark_distance
from inpaint_tf.assembly.parts import terms_of
from inpaint_tf.errors import InputError
from inpaint_tf.training.terms.features import FEATURES, FeatureComparison
from inpaint_tf.training.terms.landmark_l1 import LANDMARKS
from inpaint_tf.weights.vgg_files import load_features


def make_features(config):
    """The network of the perceptual and style terms."""
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


def frozen_networks(config):
    """The networks that the terms of a configuration ask for, a dict of name -> function."""
    terms = terms_of(config, (1, 1))  # the terms do not depend on sizes
    names = sorted({name for term in terms.values() for name in term.frozen})
    return {name: FROZEN_NETWORKS[name](config) for name in names}
