"""The purposes of random numbers: each has a number that is folded into the seed.

A new purpose takes the next number. Existing numbers never change, because resumed runs and
repeated evaluations must draw the same numbers as before.
"""

ORDER = 1  # of the pictures in an epoch
CROP = 2  # where a training example is cut, and whether it is mirrored
HOLE = 3  # of a training example
VALIDATION = 4  # its holes
AUGMENTATION = 5  # scale and colours of a training example
EVALUATION = 6  # its holes
