"""What a generator's pictures are scored by, a file for each term."""
