"""Borrowed detail: fine structure of the photo's known part, laid over a network's soft picture."""
