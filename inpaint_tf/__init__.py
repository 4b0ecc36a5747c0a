"""Generative image inpainting with contextual attention (DeepFill) for TensorFlow 2 and Keras."""

import importlib
import os

from inpaint_tf.registration import register_with_keras

__version__ = "0.1.0"

# Loaded on first use, so that `import inpaint_tf` and every command's --help stay quick.
_HOMES = {
    "create_model": "inpaint_tf.models.registry",
    "load_model": "inpaint_tf.weights.load",
    "save_model": "inpaint_tf.weights.safetensors",
    "Inpainter": "inpaint_tf.inference.inpainter",
    "InputError": "inpaint_tf.errors",
    "face_hole": "inpaint_tf.inference.face_hole",
    "face_sketch": "inpaint_tf.inference.face_sketch",
    "layers": None,
}

__all__ = [
    "Inpainter",
    "InputError",
    "create_model",
    "face_hole",
    "face_sketch",
    "layers",
    "load_model",
    "save_model",
]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise ImportError(
            f"KERAS_BACKEND is {backend!r}, and inpaint_tf needs 'tensorflow'; set it so, or not "
            "at all, before Keras is imported."
        )
    home = _HOMES[name]
    if home is None:
        return importlib.import_module(f"{__name__}.{name}")
    return getattr(importlib.import_module(home), name)


def __dir__():
    return sorted([*globals(), *_HOMES])


register_with_keras()
