"""The few messages of TF Serving's protocol that we need, without its libraries.

A Protocol Buffers message is a sequence of fields, each with a number, a wire type and a value.
TensorFlow's and TF Serving's definitions, named at each function, say what the numbers mean.
"""

import math

import numpy as np

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types
MOST_FIELDS = 1000  # of one message; those that are read here have about ten

# DataType of tensorflow/core/framework/types.proto.
STRING = 7
NUMBER_OF_TYPE = {"float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int64": 9, "bool": 10}
TYPE_OF_NUMBER = {number: name for name, number in NUMBER_OF_TYPE.items()}


def field(number, value):
    """One field: an int as a varint; bytes, or a str, with their length."""
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    value = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | BYTES) + _varint(len(value)) + value


def read_fields(message):
    """A message's fields.

    Returns:
        dict of field number -> list of ints (varints) and memoryviews (everything else).

    Raises:
        ValueError: these bytes are no message.
    """
    message, position, found = memoryview(message), 0, {}
    for _ in range(MOST_FIELDS + 1):
        if position >= len(message):
            return found
        key, position = _read_varint(message, position)
        wire_type = key & 7
        if wire_type == VARINT:
            value, position = _read_varint(message, position)
        elif wire_type in (FIXED64, FIXED32, BYTES):
            length = {FIXED64: 8, FIXED32: 4}.get(wire_type)
            if length is None:
                length, position = _read_varint(message, position)
            if position + length > len(message):
                raise ValueError("a field is cut short")
            value, position = message[position : position + length], position + length
        else:
            raise ValueError(f"a field has the wire type {wire_type}")
        found.setdefault(key >> 3, []).append(value)
    raise ValueError("a message has too many fields")


def tensor(value):
    """TensorProto (tensorflow/core/framework/tensor.proto) of an array or a list of bytes."""
    if isinstance(value, (list, tuple)):
        strings = b"".join(field(8, item) for item in value)  # string_val
        return field(1, STRING) + _shape([len(value)]) + strings
    value = np.asarray(value)
    data = value.astype(value.dtype.newbyteorder("<")).tobytes()
    return field(1, NUMBER_OF_TYPE[value.dtype.name]) + _shape(value.shape) + field(4, data)


def uniform_tensor(value, shape):
    """TensorProto of one uint8 value throughout: a tensor's last value fills the rest of it."""
    return field(1, NUMBER_OF_TYPE["uint8"]) + _shape(shape) + field(7, field_value(value))


def read_tensor(message):
    """The inverse of `tensor`: an array, or a list of bytes.

    Raises:
        ValueError: a type that none of our signatures has, or too little data.
    """
    fields = read_fields(message)
    type_number = fields.get(1, [0])[-1]
    dims = read_fields(fields.get(2, [b""])[-1]).get(2, [])
    shape = [read_fields(dim).get(1, [0])[-1] for dim in dims]
    if type_number == STRING:
        return [_bytes(item) for item in fields.get(8, [])]
    if type_number not in TYPE_OF_NUMBER:
        raise ValueError(f"a tensor has the type number {type_number}")
    dtype = np.dtype(TYPE_OF_NUMBER[type_number]).newbyteorder("<")
    data = fields.get(4, [b""])[-1]
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"a tensor of shape {shape} came with {len(data)} bytes")
    return np.frombuffer(data, dtype).reshape(shape)


def predict_request(model, signature, inputs, version=None):
    """PredictRequest (tensorflow_serving/apis/predict.proto).

    Args:
        model: its name on the server.
        signature: name of the signature.
        inputs: dict of input name -> TensorProto bytes.
        version: int, or None for the newest.
    """
    specification = field(1, model) + field(3, signature)
    if version is not None:
        specification += field(2, field(1, version))  # an Int64Value
    entries = [field(1, name) + field(2, message) for name, message in inputs.items()]
    return field(1, specification) + b"".join(field(2, entry) for entry in entries)


def read_predict_response(message):
    """Outputs of a PredictResponse: dict of name -> array or list of bytes."""
    outputs = {}
    for entry in read_fields(message).get(1, []):
        fields = read_fields(entry)
        outputs[_bytes(fields[1][-1]).decode()] = read_tensor(fields[2][-1])
    return outputs


def _bytes(value):
    if isinstance(value, int):  # of which `bytes` would make as many zeros
        raise ValueError("a number stands in the place of bytes")
    return bytes(value)


def prediction_log(request):
    """PredictionLog with a PredictLog (tensorflow_serving/apis/prediction_log.proto)."""
    return field(6, field(1, request))


def field_value(value):
    """A packed repeated field of one int."""
    return _varint(value)


def _shape(sides):
    return field(2, b"".join(field(2, field(1, int(side))) for side in sides))


def _varint(value):
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    digits.append(value)
    return bytes(digits)


def _read_varint(message, position):
    value, shift = 0, 0
    while True:
        if position >= len(message) or shift > 63:
            raise ValueError("a number is cut short")
        digit = message[position]
        value |= (digit & 127) << shift
        position, shift = position + 1, shift + 7
        if digit < 128:
            return value, position
