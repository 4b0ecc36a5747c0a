"""What is done with a model to make it good."""
