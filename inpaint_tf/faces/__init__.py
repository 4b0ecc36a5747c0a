"""Faces: where they are, their landmarks as differentiable functions of pixels."""
