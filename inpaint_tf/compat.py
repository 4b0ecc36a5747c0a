"""The few differences between Keras 3 and Keras 2, and between builds of TensorFlow."""

import os
import platform
import sys

import tensorflow as tf


def tensorflow_variable(variable):
    """The `tf.Variable` behind a Keras variable, which Keras 3 and mixed precision wrap."""
    if isinstance(variable, tf.Variable) and not hasattr(variable, "_variable"):
        return variable
    inner = getattr(variable, "_variable", None)  # Keras 2 under mixed precision
    return variable.value if inner is None or not isinstance(inner, tf.Variable) else inner


def dilated_gradients_exist():
    """Whether TensorFlow can differentiate `tf.nn.conv2d` with a dilation rate over 1.

    On a CPU only oneDNN can, which is there on x86-64 under Linux and Windows unless switched off.
    """
    has_onednn = platform.machine() in ("x86_64", "AMD64") and sys.platform in ("linux", "win32")
    if has_onednn and os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1") != "0":
        return True
    return bool(tf.config.list_physical_devices("GPU"))
