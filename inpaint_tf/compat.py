"""The few differences between Keras 3 and Keras 2, and between builds of TensorFlow."""

import contextlib
import functools
import os
import platform
import sys

import keras
import tensorflow as tf


def tensorflow_variable(variable):
    """The `tf.Variable` behind a Keras variable, which Keras 3 and mixed precision wrap."""
    if isinstance(variable, tf.Variable) and not hasattr(variable, "_variable"):
        return variable
    inner = getattr(variable, "_variable", None)  # Keras 2 under mixed precision
    return variable.value if inner is None or not isinstance(inner, tf.Variable) else inner


def full_precision_weight(layer, name, shape, initializer, trainable=True):
    """A weight of a Keras layer that mixed precision does not cast.

    All replicas may assign to one that is not trained; they keep the first one's value.
    """
    options = {"shape": shape, "initializer": initializer, "trainable": trainable}
    options |= {"name": name, "dtype": "float32"}
    if keras.__version__.startswith("2."):
        first = tf.VariableAggregation.ONLY_FIRST_REPLICA
        options["aggregation"] = tf.VariableAggregation.NONE if trainable else first
        return layer.add_weight(**options, experimental_autocast=False)
    options["aggregation"] = "none" if trainable else "only_first_replica"
    return layer.add_weight(**options, autocast=False)


@contextlib.contextmanager
def shapes_alone():
    """Variables made within have a shape but no memory; yields a function of one to its shape."""
    stated = {}  # Keras 3 does not pass the shape to TensorFlow, but knows it itself

    def create(next_creator, **options):
        shape = options.pop("shape", None)
        nothing = tf.zeros([], options.get("dtype") or tf.float32)
        options.update(initial_value=nothing, shape=tf.TensorShape(None))
        variable = next_creator(**options)
        stated[id(variable)] = shape
        return variable

    def shape_of(variable):
        shape = stated[id(tensorflow_variable(variable))]
        return tuple(variable.shape if shape is None else shape)

    with tf.variable_creator_scope(create):
        yield shape_of


def set_dtype_policy(layer, name):
    """Makes a layer without weights compute in another type."""
    if keras.__version__.startswith("2."):
        layer._set_dtype_policy(name)
    else:
        layer.dtype_policy = name


def dilated_gradients_exist():
    """Whether TensorFlow can differentiate `tf.nn.conv2d` with a dilation rate over 1.

    On a CPU only oneDNN can.
    """
    return _has_onednn() or bool(tf.config.list_physical_devices("GPU"))


def fuses_bfloat16():
    """Whether a bfloat16 convolution, its bias and its activation become one kernel here.

    In a graph, oneDNN does this on processors with AVX512. Other CPUs take longer for the
    activation than for the convolution, and sum up the bias's gradient in bfloat16, where 256 + 1
    is 256.
    """
    return not tf.executing_eagerly() and _has_onednn() and "avx512f" in _processor_features()


def _has_onednn():
    """Whether there is oneDNN: on x86-64 under Linux and Windows, unless switched off."""
    exists = platform.machine() in ("x86_64", "AMD64") and sys.platform in ("linux", "win32")
    return exists and os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1") != "0"


@functools.lru_cache(maxsize=1)
def _processor_features():
    """The processor's instruction sets by Linux's names; empty if unknown."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("flags"):
                return frozenset(line.split())
    return frozenset()
