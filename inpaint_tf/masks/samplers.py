"""Holes by name, drawn without TensorFlow."""

import functools

from inpaint_tf.masks.draw import Draw
from inpaint_tf.masks.free_form import sample_free_form
from inpaint_tf.masks.irregular import sample_irregular
from inpaint_tf.masks.lama import sample_lama

# Functions of (draw, (H, W)) to `[H, W]` bool, True in the hole.
SAMPLERS = {
    "irregular": sample_irregular,
    "lama_thin": functools.partial(sample_lama, kind="thin"),
    "lama_medium": functools.partial(sample_lama, kind="medium"),
    "lama_thick": functools.partial(sample_lama, kind="thick"),
    "mmagic_free_form": sample_free_form,
}


def sample_hole(name, seed, number, size):
    """Hole `number` of a sampler, `[H, W]` bool; it depends on these four alone."""
    return SAMPLERS[name](Draw(seed, number), tuple(size))
