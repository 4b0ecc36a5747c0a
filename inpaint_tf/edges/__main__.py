"""`python -m inpaint_tf.edges`."""

import runpy

# A command stands above all floors, this package near the ground.
runpy.run_module("inpaint_tf.make_edges", run_name="__main__")
