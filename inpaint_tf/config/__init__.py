"""What a run is made of: plain values, checked where they arrive."""
