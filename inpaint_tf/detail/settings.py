"""Settings of the search and the paste, chosen on photos held out of the training."""

SIGMA = 2.0  # pixels: detail is what this low-pass removes
SIGMA_LARGE = 2.5  # the same for a photo that the network saw small, in pixels of the small one
COMPARED_SIGMA = (
    4.0  # pixels: the photo is made this soft to be compared with the network's picture
)
CELL = 8  # pixels: the grid of the attention
PATCH = 16  # pixels: every pixel is covered by four patches
JUMPS = (8, 4, 2, 1)  # cells between neighbours, one number for each round of the search
RADII = (64, 32, 16, 8, 4, 2, 1)  # pixels: the draws of a round
SEAM_SIGMA = 1.5  # pixels: how far an error at the hole's border is carried into it
KEPT = 0.25  # fraction of the network's own detail that stays
KEPT_LARGE = 0.0  # the same for an enlarged picture, whose soft edges would show beside finer ones
