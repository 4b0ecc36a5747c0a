"""`python -m inpaint_tf.masks`."""

import runpy

# A command stands above all floors, this package near the ground.
runpy.run_module("inpaint_tf.make_masks", run_name="__main__")
