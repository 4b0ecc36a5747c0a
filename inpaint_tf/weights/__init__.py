"""Reading and writing the weights of models."""
