"""What outside scripts use."""

import subprocess
import sys

import pytest

import inpaint_tf


def test_names():
    from inpaint_tf.inference.inpainter import Inpainter
    from inpaint_tf.layers.contextual_attention import ContextualAttention

    assert inpaint_tf.Inpainter is Inpainter
    assert inpaint_tf.layers.ContextualAttention is ContextualAttention
    assert callable(inpaint_tf.create_model) and callable(inpaint_tf.load_model)
    assert set(inpaint_tf.__all__) <= set(dir(inpaint_tf))
    assert not hasattr(inpaint_tf, "nothing")


def test_another_backend_of_keras_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(ImportError, match="KERAS_BACKEND is 'jax', and inpaint_tf needs 'tenso"):
        _ = inpaint_tf.create_model


def test_importing_the_package_does_not_import_tensorflow():
    code = "import sys, inpaint_tf; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
