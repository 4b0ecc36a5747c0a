"""The page's server beside TF Serving, which a stand-in plays."""

import base64
import http.server
import json
import threading
from concurrent import futures

import numpy as np
import pytest
from extras import reason_without
from web.harness import (
    REASON,
    decoded,
    encoded,
    hole,
    mask_bytes,
    pixels,
    studio_client,
    text,
)

pytest.importorskip("fastapi", reason=REASON)

from inpaint_tf.export.messages import field, read_fields, read_tensor, tensor
from inpaint_tf.inference.deep_png import deep_png
from inpaint_tf.web.remote import Remote

PATH = "/api/v1/inpaint"


def painted(image, mask):
    """What the stand-in makes of two PNG files: every pixel is changed, those of the hole to 9."""
    picture = decoded(image) ^ 1
    picture[decoded(mask) >= 128] = 9
    if picture.shape[2:] == (4,):
        picture[..., 3] = 255  # ours counts
    return encoded(picture)


def answer_rest(path, body):
    assert path == "/v1/models/deepfill:predict"
    files = {name: base64.b64decode(one["b64"]) for name, one in body["instances"][0].items()}
    completed = painted(files["image_bytes"], files["mask_bytes"])
    outputs = {"completed_bytes": {"b64": text(completed)}, "error_bytes": {"b64": ""}}
    return 200, json.dumps({"predictions": [outputs]}).encode()


class StandIn(http.server.BaseHTTPRequestHandler):
    """Speaks enough of TF Serving's REST interface."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        status, answer = self.server.answer(self.path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def rest():
    """A stand-in for TF Serving's REST interface; `answer` may be replaced."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.requests, server.answer = [], answer_rest
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def asked(address, image, **more):
    with studio_client(Remote(address, "deepfill", 20)) as client:
        body = {"image": text(image), "mask": text(mask_bytes()), **more}
        return client.post(PATH, json=body)


def address_of(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


def check(answer, picture):
    assert answer.status_code == 200, answer.text
    result = decoded(answer.content)
    np.testing.assert_array_equal(result[~hole()], picture[~hole()])  # ours, not the server's
    filled = result[hole()]
    assert ((filled[..., :3] if picture.shape[2:] == (4,) else filled) == 9).all()


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_over_rest(rest, channels):
    picture = pixels(channels)
    answer = asked(address_of(rest), encoded(picture))
    check(answer, picture)
    if channels == 4:
        np.testing.assert_array_equal(decoded(answer.content)[..., 3], picture[..., 3])


def test_over_grpc():
    grpc = pytest.importorskip("grpc", reason=reason_without("serving"))

    def predict(request, context):
        inputs = {}
        for entry in read_fields(request)[2]:
            parts = read_fields(entry)
            inputs[bytes(parts[1][0]).decode()] = read_tensor(parts[2][0])[0]
        completed = painted(inputs["image_bytes"], inputs["mask_bytes"])
        entries = {"completed_bytes": [completed], "error_bytes": [b""]}
        return b"".join(
            field(1, field(1, name) + field(2, tensor(value))) for name, value in entries.items()
        )

    method = grpc.unary_unary_rpc_method_handler(predict)
    service = "tensorflow.serving.PredictionService"
    server = grpc.server(futures.ThreadPoolExecutor(1))
    handler = grpc.method_handlers_generic_handler(service, {"Predict": method})
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        check(asked(f"grpc://127.0.0.1:{port}", encoded(pixels())), pixels())
    finally:
        server.stop(None)


def test_what_it_does_not_take_is_said(rest):
    answer = asked(address_of(rest), deep_png(pixels(3, np.uint16)))
    assert answer.status_code == 400 and "16 bits" in answer.json()["detail"]
    answer = asked(address_of(rest), encoded(pixels()), feather=3)
    assert answer.status_code == 400 and "feather is not known" in answer.json()["detail"]
    answer = asked(address_of(rest), encoded(pixels()), detail="on")
    assert answer.status_code == 400 and "leave it at auto" in answer.json()["detail"]
    with studio_client(Remote(address_of(rest), "deepfill", 20)) as client:
        options = client.get("/api/v1/options").json()
    assert "grow" in options and not {"feather", "detail"} & set(options)
    assert rest.requests == []


def test_its_refusals_and_its_silence_are_told_apart(rest):
    refused = {"completed_bytes": {"b64": ""}, "error_bytes": {"b64": text(b"item 0 is odd")}}
    rest.answer = lambda path, body: (
        200,
        json.dumps({"predictions": [refused]}).encode(),
    )
    answer = asked(address_of(rest), encoded(pixels()))
    assert answer.status_code == 400 and "TF Serving says: item 0 is odd" in answer.text
    for bad in ((404, b'{"error": "no such model"}'), (200, b"hello")):
        rest.answer = lambda path, body, bad=bad: bad
        assert asked(address_of(rest), encoded(pixels())).status_code == 502
    small = {"completed_bytes": {"b64": text(encoded(pixels(height=9, width=9)))}}
    rest.answer = lambda path, body: (
        200,
        json.dumps({"predictions": [small]}).encode(),
    )
    answer = asked(address_of(rest), encoded(pixels()))
    assert answer.status_code == 502 and "shape" in answer.json()["detail"]
    answer = asked("http://127.0.0.1:9", encoded(pixels()))
    assert answer.status_code == 502 and "cannot be reached" in answer.json()["detail"]
