"""Sketches made from pictures: edges as white lines on black."""
