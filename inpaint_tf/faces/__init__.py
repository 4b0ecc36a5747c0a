"""Faces: finding them, and their landmarks as differentiable functions of pixels."""
