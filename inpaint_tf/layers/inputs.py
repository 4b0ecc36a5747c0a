"""The check of every layer's input: float features, channels last."""

import tensorflow as tf


def require_features(features, name="inputs"):
    """Raises `ValueError` unless the features are `[B, H, W, C]` floats."""
    features = tf.convert_to_tensor(features)
    if features.shape.rank not in (None, 4):
        raise ValueError(f"{name} must be [B, H, W, C], got shape {tuple(features.shape)}.")
    if not features.dtype.is_floating:
        raise ValueError(f"{name} must be [B, H, W, C] floats, got {features.dtype.name}.")
