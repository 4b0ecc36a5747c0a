"""`python -m inpaint_tf.benchmark`: time and peak memory of the network on this machine."""
