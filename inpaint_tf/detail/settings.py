"""What the search and the paste are set to, chosen on photos that were held out of the training."""

SIGMA = 2.0  # pixels: what the network's picture lacks, and what is borrowed
SIGMA_LARGE = 2.5  # the same of a photo that the network saw small, in pixels of the small one
COMPARED_SIGMA = 4.0  # pixels: how soft a place of the photo is beside the network's picture
CELL = 8  # pixels: the grid of the attention
PATCH = 16  # pixels: every place is covered by four patches
JUMPS = (8, 4, 2, 1)  # cells between neighbours, a round of the search each
RADII = (64, 32, 16, 8, 4, 2, 1)  # pixels: the draws of a round
SEAM_SIGMA = 1.5  # pixels: how far an error at the hole's border is carried into it
KEPT = 0.25  # how much stays of what the network painted itself beyond the low-pass
KEPT_LARGE = 0.0  # the same of an enlarged picture, whose edges would be seen beside finer ones
