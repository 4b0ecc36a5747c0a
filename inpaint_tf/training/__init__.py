"""Training: updates and losses, the loop, and what a run keeps on disk."""
