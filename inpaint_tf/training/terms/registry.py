"""Terms by name."""

import functools

from inpaint_tf.training.terms.hole_l1 import hole_l1_term
from inpaint_tf.training.terms.known_l1 import known_l1_term
from inpaint_tf.training.terms.landmark_l1 import landmark_l1_term
from inpaint_tf.training.terms.perceptual import perceptual_term
from inpaint_tf.training.terms.style import style_term
from inpaint_tf.training.terms.total_variation import total_variation_term
from inpaint_tf.training.terms.whole_l1 import whole_l1_term
from inpaint_tf.training.terms.whole_picture import (
    picture_hole_l1_term,
    picture_known_l1_term,
    picture_total_variation_term,
)

COARSE, REFINED, LAST = 0, 1, -1  # stages

# Each value is a function of (setting, options...) to a `Term`; its keyword arguments are the
# options allowed in `losses.options`. Losses are added up in this order.
TERMS = {
    "coarse_hole_l1": functools.partial(hole_l1_term, COARSE),
    "coarse_known_l1": functools.partial(known_l1_term, COARSE),
    "refined_hole_l1": functools.partial(hole_l1_term, REFINED),
    "refined_known_l1": functools.partial(known_l1_term, REFINED),
    "hole_l1": functools.partial(hole_l1_term, LAST),
    "known_l1": functools.partial(known_l1_term, LAST),
    "coarse_l1": functools.partial(whole_l1_term, COARSE),
    "refined_l1": functools.partial(whole_l1_term, REFINED),
    "l1": functools.partial(whole_l1_term, LAST),
    "total_variation": total_variation_term,
    "picture_known_l1": picture_known_l1_term,
    "picture_hole_l1": picture_hole_l1_term,
    "perceptual": perceptual_term,
    "style": style_term,
    "picture_total_variation": picture_total_variation_term,
    "landmark_l1": landmark_l1_term,
}


def make_terms(weights, setting, options=None):
    """The terms that a configuration asks for.

    Args:
        weights: dict of name -> weight; names other than those of terms belong to critics.
        setting: `Setting`.
        options: dict of name -> keyword arguments of that term.

    Returns:
        dict of name -> `Term`, of terms that count or are watched.
    """
    made = {
        name: make(setting, **(options or {}).get(name, {}))
        for name, make in TERMS.items()
        if name in weights
    }
    return {name: term for name, term in made.items() if weights[name] or term.watched}
