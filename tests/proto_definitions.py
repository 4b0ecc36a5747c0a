"""TF Serving's messages as its `apis/*.proto` define them, for tests: only the fields used here."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from tensorflow.core.framework import tensor_pb2  # noqa: F401, puts TensorProto into the pool

_PACKAGE = "inpaint_tf_tests"
_FIELD = descriptor_pb2.FieldDescriptorProto
_TYPES = {"string": _FIELD.TYPE_STRING, "int64": _FIELD.TYPE_INT64}

_MESSAGES = {
    "Version": {"value": (1, "int64")},
    "ModelSpec": {
        "name": (1, "string"),
        "version": (2, "Version"),
        "signature_name": (3, "string"),
    },
    "PredictRequest": {"model_spec": (1, "ModelSpec"), "inputs": (2, "map")},
    "PredictResponse": {"outputs": (1, "map")},
    "PredictLog": {"request": (1, "PredictRequest")},
    "PredictionLog": {"predict_log": (6, "PredictLog")},
}


def _file():
    file = descriptor_pb2.FileDescriptorProto(
        name="inpaint_tf_tests.proto",
        package=_PACKAGE,
        syntax="proto3",
        dependency=["tensorflow/core/framework/tensor.proto"],
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for key, (number, kind) in fields.items():
            field = message.field.add(name=key, number=number, label=_FIELD.LABEL_OPTIONAL)
            if kind in _TYPES:
                field.type = _TYPES[kind]
                continue
            field.type = _FIELD.TYPE_MESSAGE
            field.type_name = f".{_PACKAGE}.{kind}"
            if kind == "map":
                field.label = _FIELD.LABEL_REPEATED
                field.type_name = f".{_PACKAGE}.{name}.{key.capitalize()}Entry"
                _add_map_entry(message, f"{key.capitalize()}Entry")
    return file


def _add_map_entry(message, name):
    entry = message.nested_type.add(name=name)
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, label=_FIELD.LABEL_OPTIONAL, type=_FIELD.TYPE_STRING)
    entry.field.add(
        name="value",
        number=2,
        label=_FIELD.LABEL_OPTIONAL,
        type=_FIELD.TYPE_MESSAGE,
        type_name=".tensorflow.TensorProto",
    )


_POOL = descriptor_pool.Default()
_POOL.Add(_file())


def _message(name):
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


PredictRequest = _message("PredictRequest")
PredictResponse = _message("PredictResponse")
PredictionLog = _message("PredictionLog")
