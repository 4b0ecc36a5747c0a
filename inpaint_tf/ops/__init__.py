"""Pure functions on tensors: no weights, no randomness, no files."""
