"""Requests to TF Serving over gRPC, which sends pictures as bytes instead of text."""

import numpy as np

from inpaint_tf.errors import InputError
from inpaint_tf.export.messages import predict_request, read_predict_response, tensor
from inpaint_tf.export.names import ENCODED
from inpaint_tf.export.rest import MOST_BYTES, reason_of

METHOD = "/tensorflow.serving.PredictionService/Predict"
# Pictures are larger than the 4 MB that gRPC allows by default.
_ROOM = 2**16  # for an answer without a picture


def ask(server, model, version, inputs, timeout, most=MOST_BYTES):
    """Sends one item to `encoded`; arguments, result and errors as in `rest.ask`."""
    try:
        import grpc
    except ImportError as error:
        raise InputError(
            "--protocol grpc needs the package grpcio; pip install 'inpaint_tf[serving]' brings it."
        ) from error

    if "://" in server:
        raise InputError(f"--server {server} is not an address for gRPC; expected host:port.")
    tensors = {name: tensor([data]) for name, data in inputs.items()}
    request = predict_request(model, ENCODED, tensors, version)
    options = [
        ("grpc.max_send_message_length", -1),
        ("grpc.max_receive_message_length", min(MOST_BYTES, most + _ROOM)),
    ]
    with grpc.insecure_channel(server, options) as channel:
        call = channel.unary_unary(METHOD, _as_is, _as_is)
        try:
            answer = call(request, timeout=timeout)
        except grpc.RpcError as error:
            raise InputError(_sentence(grpc, error, server, timeout)) from error
    try:
        outputs = read_predict_response(answer)
        return {name: _only(value) for name, value in outputs.items()}
    except (ValueError, LookupError, OverflowError, MemoryError, TypeError) as error:
        raise InputError(
            f"{server} answered with something that is not a prediction ({error})."
        ) from error


def _only(value):
    if isinstance(value, np.ndarray) or len(value) != 1:
        raise ValueError("not one string")
    return value[0]


def _sentence(grpc, error, server, timeout):
    details = reason_of(error.details() or "")
    if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"{server} did not answer within {timeout:g} seconds; --timeout sets this."
    if error.code() == grpc.StatusCode.UNAVAILABLE:
        return f"{server} cannot be reached: {details}."
    return f"{server} refused the request with {error.code().name}: {details}."


def _as_is(message):
    return message
