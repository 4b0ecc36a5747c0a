"""A .tflite file -> its operations and their constant tensors, as plain values."""

import struct
from typing import NamedTuple

import numpy as np
from tensorflow.lite.python import schema_py_generated as schema

from inpaint_tf.errors import InputError

TYPES = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.FLOAT16: np.float16,
    schema.TensorType.INT32: np.int32,
}
NAMES = {
    number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)
}
IDENTIFIER = b"TFL3"
# Raised by the schema's reader for offsets out of bounds, and by us for unknown types.
DAMAGE = (LookupError, TypeError, ValueError, AttributeError, struct.error)


class Operation(NamedTuple):
    """One operation.

    name: in the format, such as "CONV_2D".
    inputs, outputs: numbers of tensors; -1 is an input left out.
    options: the format's options of this operation, by attribute; or None.
    """

    name: str
    inputs: tuple
    outputs: tuple
    options: object


class Graph(NamedTuple):
    """A network.

    operations: in the order in which they run.
    constants: dict of tensor number -> NumPy array.
    inputs, outputs: tensor numbers.
    input_shape: tuple, of the first input.
    """

    operations: tuple
    constants: dict
    inputs: tuple
    outputs: tuple
    input_shape: tuple


def read_graph(path):
    """Reads a .tflite file with one network.

    Returns:
        `Graph`.

    Raises:
        InputError: the file is missing, or is not a .tflite file.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    if data[4:8] != IDENTIFIER:
        raise InputError(f"{path} is not a .tflite file; expected {IDENTIFIER!r} after 4 bytes.")
    try:
        return _graph(schema.ModelT.InitFromPackedBuf(data, 0))
    except DAMAGE as error:
        raise InputError(f"{path} is damaged, or no network of floats ({error}).") from error


def _graph(model):
    graph = model.subgraphs[0]
    constants = {}
    for number, tensor in enumerate(graph.tensors):
        data = model.buffers[tensor.buffer].data
        if data is not None and len(data):
            dtype = TYPES[tensor.type]
            constants[number] = np.frombuffer(bytes(data), dtype).reshape(_shape(tensor))
    operations = tuple(
        Operation(
            _name_of(model.operatorCodes[each.opcodeIndex]),
            tuple(int(n) for n in each.inputs),
            tuple(int(n) for n in each.outputs),
            each.builtinOptions,
        )
        for each in graph.operators
    )
    inputs, outputs = (tuple(int(n) for n in end) for end in (graph.inputs, graph.outputs))
    return Graph(operations, constants, inputs, outputs, _shape(graph.tensors[inputs[0]]))


def _shape(tensor):
    return tuple(int(side) for side in tensor.shape)


def _name_of(code):
    # Older files have only the first of the two fields.
    return NAMES[max(code.deprecatedBuiltinCode, code.builtinCode)]
