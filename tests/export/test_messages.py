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


def test_fields_of_every_kind():
    message = b"\x09" + bytes(range(8)) + b"\x15" + bytes(range(4)) + b"\x1a\x01x" + b"\x20\x07"
    found = {number: values[0] for number, values in read_fields(message).items()}
    assert found.pop(4) == 7
    assert {number: bytes(value) for number, value in found.items()} == {
        1: bytes(range(8)), 2: bytes(range(4)), 3: b"x"
    }  # fmt: skip
    for number in (0, 1, 127, 128, 129, 255, 256, 16383, 16384, 2**63, 2**64 - 1):
        assert read_fields(field(number % 99 + 1, number)) == {number % 99 + 1: [number]}
    with pytest.raises(ValueError, match="cut short"):
        read_fields(b"\x08" + b"\xff" * 10 + b"\x01")  # more than 64 bits


def test_of_a_field_that_comes_twice_the_last_counts():
    first, last = tensor(np.zeros([4], np.uint8)), tensor(np.ones([2, 2], np.float32))
    np.testing.assert_array_equal(read_tensor(first + last), np.ones([2, 2]))
    entry = field(1, "a") + field(2, first) + field(2, last)
    (value,) = read_predict_response(field(1, entry)).values()
    np.testing.assert_array_equal(value, np.ones([2, 2]))


@pytest.mark.parametrize("message", [field(1, 4) + field(4, b"abc"), field(1, 77), b"\x08"])
def test_tensors_that_are_none(message):
    with pytest.raises(ValueError, match=r"shape \[\] came with 3 bytes|type number 77|cut short"):
        read_tensor(message)


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
