"""What random numbers are for: each purpose draws from the seed by a number of its own.

A new purpose takes the next number. None ever changes: runs that go on, and reports, would draw
other numbers than before.
"""

ORDER = 1  # of the pictures in an epoch
CROP = 2  # where a training example is cut, and whether it is mirrored
HOLE = 3  # of a training example
VALIDATION = 4  # its holes
AUGMENTATION = 5  # scale and colours of a training example
EVALUATION = 6  # its holes
