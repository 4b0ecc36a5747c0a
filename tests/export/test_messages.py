"""Messages against TensorFlow's and the Protocol Buffers library's own reading of them."""

import numpy as np
import pytest
import tensorflow as tf
from proto_definitions import PredictionLog, PredictRequest, PredictResponse
from tensorflow.core.framework import tensor_pb2

from inpaint_tf.export.messages import (
    field,
    predict_request,
    prediction_log,
    read_fields,
    read_predict_response,
    read_tensor,
    tensor,
    uniform_tensor,
)


def as_array(message):
    return tf.make_ndarray(tensor_pb2.TensorProto.FromString(message))


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "int64", "bool"])
def test_tensor_is_what_tensorflow_reads(dtype):
    value = np.arange(2 * 3 * 200).reshape(2, 3, 200).astype(dtype)
    got = as_array(tensor(value))
    assert got.dtype == value.dtype
    np.testing.assert_array_equal(got, value)


def test_strings_are_what_tensorflow_reads():
    strings = [b"", b"abc", bytes(range(256)) * 3]
    assert list(as_array(tensor(strings))) == strings


def test_uniform_tensor_is_filled_and_small():
    message = uniform_tensor(200, [1, 300, 400, 3])
    got = as_array(message)
    assert got.shape == (1, 300, 400, 3) and got.dtype == np.uint8 and (got == 200).all()
    assert len(message) < 40


@pytest.mark.parametrize("value", [np.arange(6.0).reshape(2, 3), np.array([[-7, 300]], np.int32)])
def test_read_tensor_reads_what_tensorflow_writes(value):
    # Large enough that TensorFlow writes raw bytes, as servers do.
    message = tf.make_tensor_proto(np.tile(value, [20, 20])).SerializeToString()
    np.testing.assert_array_equal(read_tensor(message), np.tile(value, [20, 20]))


@pytest.mark.parametrize("version", [None, 3, 1 << 40])
def test_request_is_what_the_library_reads(version):
    inputs = {"image": tensor(np.ones([1, 2], np.uint8)), "mask_bytes": tensor([b"x"])}
    request = predict_request("deepfill", "encoded", inputs, version)
    got = PredictRequest.FromString(request)
    assert got.model_spec.name == "deepfill"
    assert got.model_spec.signature_name == "encoded"
    assert got.model_spec.HasField("version") == (version is not None)
    assert got.model_spec.version.value == (version or 0)
    assert set(got.inputs) == {"image", "mask_bytes"}
    assert list(tf.make_ndarray(got.inputs["mask_bytes"])) == [b"x"]
    logged = PredictionLog.FromString(prediction_log(request))
    assert logged.predict_log.request == got


def test_response_of_the_library_is_read():
    response = PredictResponse()
    response.outputs["completed_bytes"].CopyFrom(tf.make_tensor_proto([b"png", b""]))
    response.outputs["offsets"].CopyFrom(tf.make_tensor_proto(np.full([2, 9], -2, np.int32)))
    got = read_predict_response(response.SerializeToString())
    assert got["completed_bytes"] == [b"png", b""]
    np.testing.assert_array_equal(got["offsets"], np.full([2, 9], -2))


@pytest.mark.parametrize("damage", [b"\x0a\xff", b"\x0a\x05ab", b"\x80", b"\x0b", b"\xff" * 12])
def test_damage_is_a_value_error(damage):
    with pytest.raises(ValueError):
        read_fields(damage)


def test_a_message_of_many_fields_is_not_taken_apart():
    fine = field(1, 7) * 1000
    assert read_fields(fine) == {1: [7] * 1000}
    for message in (field(1, 7) * 1001, field(2, b"") * 1001):
        with pytest.raises(ValueError, match="too many fields"):
            read_fields(message)
        with pytest.raises(ValueError, match="too many fields"):
            read_predict_response(field(1, message))
