"""Scores of predictions: pure functions, one value per item of the batch."""
