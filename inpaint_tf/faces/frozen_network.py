"""A .tflite network as TensorFlow operations: frozen, and differentiable with respect to pixels."""

import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

from inpaint_tf.errors import InputError
from inpaint_tf.faces.tflite_file import read_graph

PADDINGS = {schema.Padding.SAME: "SAME", schema.Padding.VALID: "VALID"}
ACTIVATIONS = {
    schema.ActivationFunctionType.NONE: lambda x: x,
    schema.ActivationFunctionType.RELU: tf.nn.relu,
    schema.ActivationFunctionType.RELU6: tf.nn.relu6,
}


class FrozenNetwork:
    """The network of a .tflite file.

    It has no variables. Weights of 16 bits become float32, as the file's DEQUANTIZE operations
    ask; kernels are turned to TensorFlow's order once.

    Args:
        path: the file.

    Raises:
        InputError: the file cannot be read, or has operations unknown here.
    """

    def __init__(self, path):
        graph = read_graph(path)
        unknown = sorted({each.name for each in graph.operations} - set(OPERATIONS))
        if unknown:
            raise InputError(
                f"{path} has the operations {', '.join(unknown)}; expected only "
                f"{', '.join(OPERATIONS)}."
            )
        self.path = path
        self.size = graph.input_shape[1:3]
        self._inputs, self._outputs = graph.inputs, graph.outputs
        self._constants = _widened(graph)
        self._operations = [each for each in graph.operations if each.name != "DEQUANTIZE"]

    def __call__(self, image):
        """Runs the network.

        Args:
            image: `[B, *size, 3]` float32, in the network's range.

        Returns:
            A list of its outputs, float32, the batch first.
        """
        tensors = {self._inputs[0]: tf.ensure_shape(image, [None, *self.size, 3])}
        for each in self._operations:
            given = [tensors.get(n, self._constants.get(n)) for n in each.inputs]
            tensors[each.outputs[0]] = OPERATIONS[each.name](each.options, *given)
        return [tensors[number] for number in self._outputs]


def _widened(graph):
    """The constants as float32, also under the numbers of their dequantized copies."""
    constants = dict(graph.constants)
    for each in graph.operations:
        if each.name == "DEQUANTIZE":
            constants[each.outputs[0]] = constants[each.inputs[0]].astype(np.float32)
    turned = {
        "CONV_2D": lambda kernel: kernel.transpose(1, 2, 3, 0),  # [out, h, w, in]
        "DEPTHWISE_CONV_2D": lambda kernel: kernel.transpose(1, 2, 3, 0),  # [1, h, w, channels]
    }
    for each in graph.operations:
        if each.name in turned:
            number = each.inputs[1]
            constants[number] = np.ascontiguousarray(turned[each.name](constants[number]))
    return constants


def _conv(options, x, kernel, bias=None):
    x = tf.nn.conv2d(x, kernel, [options.strideH, options.strideW], PADDINGS[options.padding])
    return _finished(options, x, bias)


def _depthwise_conv(options, x, kernel, bias=None):
    strides = [1, options.strideH, options.strideW, 1]
    x = tf.nn.depthwise_conv2d(x, kernel, strides, PADDINGS[options.padding])
    return _finished(options, x, bias)


def _finished(options, x, bias):
    x = x if bias is None else x + bias
    return ACTIVATIONS[options.fusedActivationFunction](x)


def _prelu(options, x, slope):
    return tf.nn.relu(x) - slope * tf.nn.relu(-x)


def _max_pool(options, x):
    window = [options.filterHeight, options.filterWidth]
    strides = [options.strideH, options.strideW]
    x = tf.nn.max_pool2d(x, window, strides, PADDINGS[options.padding])
    return ACTIVATIONS[options.fusedActivationFunction](x)


def _reshape(options, x, shape=None):
    shape = options.newShape if shape is None else shape
    batch = tf.shape(x)[0] if x.shape[0] is None else x.shape[0]  # the file's is 1
    return tf.reshape(x, [batch, *(int(side) for side in shape[1:])])


OPERATIONS = {
    "ADD": lambda options, x, y: _finished(options, x, y),
    "CONCATENATION": lambda options, *parts: tf.concat(parts, options.axis),
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise_conv,
    "DEQUANTIZE": None,  # done when the file is read
    "MAX_POOL_2D": _max_pool,
    "PAD": lambda options, x, margins: tf.pad(x, margins),
    "PRELU": _prelu,
    "RELU": lambda options, x: tf.nn.relu(x),
    "RESHAPE": _reshape,
}
