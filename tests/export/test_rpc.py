"""Answers over gRPC that are none, each a sentence."""

import contextlib
import time
from concurrent import futures

import numpy as np
import pytest
from extras import reason_without

from inpaint_tf.errors import InputError
from inpaint_tf.export.messages import field, read_fields, tensor
from inpaint_tf.export.rpc import METHOD, ask

grpc = pytest.importorskip("grpc", reason=reason_without("serving"))


@contextlib.contextmanager
def serving(answer):
    """The address of a server that answers as a function of (request, context) says."""

    class Handler(grpc.GenericRpcHandler):
        def service(self, details):
            fits = details.method == METHOD
            return grpc.unary_unary_rpc_method_handler(answer) if fits else None

    running = grpc.server(futures.ThreadPoolExecutor(1), [Handler()])
    port = running.add_insecure_port("127.0.0.1:0")
    running.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        running.stop(None).wait()


def outputs(**values):
    """A PredictResponse of tensors."""
    entries = (field(1, name) + field(2, value) for name, value in values.items())
    return b"".join(field(1, entry) for entry in entries)


def asked(address, **options):
    return ask(address, "m", None, {"x": b"1"}, options.pop("timeout", 20), **options)


def refused(answer, words, **options):
    with serving(answer) as address, pytest.raises(InputError, match=words):
        asked(address, **options)


def test_an_answer_is_as_large_as_the_picture_at_most():
    message = outputs(a=tensor([bytes(2**16 + 900)]))
    with serving(lambda *_: message) as address:
        assert asked(address, most=1000) == {"a": bytes(2**16 + 900)}
    refused(lambda *_: message, "with RESOURCE_EXHAUSTED: .*larger than max", most=900)


@pytest.mark.parametrize(
    "message",
    [
        b"\xff",
        outputs(a=tensor(np.zeros([2, 3], np.int32))),
        outputs(a=tensor([b"x", b"y"])),
        outputs(a=tensor([])),
        field(1, b""),
        field(1, 5),
        field(1, field(1, b"\xff") + field(2, tensor([b"x"]))),
        # Of types and shapes that no memory holds.
        outputs(a=field(1, 1) + field(2, field(2, field(1, 2**63)) + field(2, field(1, 0)))),
        outputs(a=field(1, 1) + field(2, field(2, field(1, 2**40)))),
        outputs(a=field(1, 99)),
    ],
)
def test_what_is_no_prediction_is_said_to_be_none(message):
    refused(lambda *_: message, r"127.0.0.1:\d+ answered with something that is not a prediction")


def test_refusals_and_late_answers():
    def refuse(_, context):
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no\n good.")

    def say_nothing(_, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "")

    refused(refuse, "refused the request with INVALID_ARGUMENT: no good.$")
    refused(say_nothing, "refused the request with NOT_FOUND: .$")
    late = "did not answer within 0.1 seconds; --timeout sets this"
    refused(lambda *_: time.sleep(0.4) or b"", late, timeout=0.1)
    with pytest.raises(InputError, match="http://h:1 is not an address for gRPC; expected host:p"):
        asked("http://h:1")


def test_it_asks_for_encoded_of_the_newest_version():
    seen = []
    with serving(lambda request, _: seen.append(request) or outputs(a=tensor([b"x"]))) as address:
        assert asked(address) == {"a": b"x"}
    specification = read_fields(read_fields(seen[0])[1][0])
    assert {number: bytes(value[0]) for number, value in specification.items()} == {
        1: b"m", 3: b"encoded"
    }  # fmt: skip
