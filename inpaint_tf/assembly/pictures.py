"""The pictures that a configuration trains on."""

from inpaint_tf.data.sketches import without_sketches
from inpaint_tf.data.sources import find_pictures
from inpaint_tf.errors import InputError


def training_pictures(train):
    """The pictures of `data.train`, without files that are sketches of others.

    Raises:
        InputError: there are none.
    """
    if not train:
        raise InputError(
            "config.data.train is empty; expected a folder, a glob, a list or shards, for "
            "example --set data.train=PATH."
        )
    return without_sketches(find_pictures(train))
