"""The terms of the generator's loss, one file each."""
