"""Edits of a hole by name: enlarge, shrink, invert."""

from inpaint_tf.inference.hole import grown

# Each a function of an `[H, W]` bool hole and pixels that gives another hole.
EDITS = {
    "expand": grown,
    "shrink": lambda hole, pixels: ~grown(~hole, pixels),
    "reverse": lambda hole, pixels: ~hole,
}
