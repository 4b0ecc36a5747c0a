"""A finished model in use: arrays and files of any size in, completed ones out."""
