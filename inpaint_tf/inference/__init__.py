"""Around one finished model: arrays and files of any size in, completed ones out."""
