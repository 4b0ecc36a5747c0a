"""Pictures on disk -> batches of training examples."""
