"""The configuration of a run: plain values, checked as they arrive."""
