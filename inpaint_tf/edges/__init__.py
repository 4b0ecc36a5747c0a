"""Sketches made of pictures: edges as white lines on black."""
