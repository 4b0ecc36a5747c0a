"""Edge makers by name."""

from inpaint_tf.edges.canny import canny_lines
from inpaint_tf.edges.hed import hed_lines

# Functions of `[H, W, 3]` uint8 pixels to `[H, W]` bool lines: those fast enough to be called
# for every training example, and all.
QUICK_MAKERS = {"canny": canny_lines}
EDGE_MAKERS = {**QUICK_MAKERS, "hed": hed_lines}
