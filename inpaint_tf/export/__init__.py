"""Exports of a finished model: a SavedModel, its signatures, its bundle."""
