"""Holes for training: how they are drawn, and how much each of their pixels counts."""
