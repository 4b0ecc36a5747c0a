"""Names of the signatures, for those who call them without TensorFlow."""

DEFAULT = "serving_default"
PIXELS, ENCODED, EXPLAIN, FEATURES = "pixels", "encoded", "explain", "features"
GUIDED = "_guided"  # ends the name of a signature that takes a sketch, too
