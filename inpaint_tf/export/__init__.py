"""A finished model as something to be served: a SavedModel, its signatures, its bundle."""
