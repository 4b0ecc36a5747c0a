"""The client's requests and results. The server is a stand-in that runs an exported model."""

import base64
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest
import tensorflow as tf
from client_harness import ask
from extras import reason_without
from PIL import Image
from proto_definitions import PredictRequest, PredictResponse

from inpaint_tf.inference.photo import read_photo


@pytest.fixture(scope="module")
def by_running(signatures):
    """A function that answers as TF Serving does, by the exported model's `encoded`."""

    def answer(path, body):
        if path not in ("/v1/models/deepfill:predict", "/v1/models/deepfill/versions/1:predict"):
            return 404, json.dumps({"error": "Servable not found for request"}).encode()
        assert body["signature_name"] == "encoded"
        names = ("image_bytes", "mask_bytes")
        columns = [[base64.b64decode(i[name]["b64"]) for i in body["instances"]] for name in names]
        outputs = signatures["encoded"](**{n: tf.constant(c) for n, c in zip(names, columns)})
        items = [
            {
                name: {"b64": base64.b64encode(value[number].numpy()).decode()}
                for name, value in outputs.items()
            }
            for number in range(len(columns[0]))
        ]
        return 200, json.dumps({"predictions": items}).encode()

    return answer


def expected(exported, image, mask="mask.png"):
    photo = read_photo(image)
    return exported.inpainter(photo.color, np.asarray(Image.open(mask)))


def same(path, pixels):
    np.testing.assert_array_equal(np.asarray(Image.open(path)), pixels)


def test_picture_is_completed_as_by_the_inpainter(server, by_running, exported, files, capsys):
    server.answer = by_running
    assert ask(server) == 0
    assert capsys.readouterr().out == "photo.png -> photo_inpainted.png\n"
    np.testing.assert_array_equal(
        Image.open("photo_inpainted.png"), expected(exported, "photo.png")
    )
    assert ask(server, "--version=1", "--output=again.png") == 0
    same("again.png", expected(exported, "photo.png"))


def test_jpeg_is_sent_as_it_is(server, by_running, exported, files):
    server.answer = by_running
    Image.open("photo.png").resize([53, 37]).save("photo.jpg", quality=90)
    assert ask(server, image="photo.jpg") == 0
    sent = base64.b64decode(server.requests[0][1]["instances"][0]["image_bytes"]["b64"])
    assert sent == (files / "photo.jpg").read_bytes()
    np.testing.assert_array_equal(
        Image.open("photo_inpainted.png"), expected(exported, "photo.jpg")
    )


def test_orientation_and_transparency_are_the_client_s(server, by_running, exported, files):
    server.answer = by_running
    stored = np.asarray(Image.open("photo.png"))
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(stored)).save("turned.jpg", exif=exif, quality=90)
    assert (
        ask(
            server,
            image="turned.jpg",
        )
        == 0
    )
    np.testing.assert_array_equal(
        Image.open("turned_inpainted.png"), expected(exported, "turned.jpg")
    )

    alpha = np.arange(37 * 53, dtype=np.uint32).reshape(37, 53).astype(np.uint8)
    Image.fromarray(np.dstack([stored[..., 0], alpha]), "LA").save("alpha.png")
    assert ask(server, image="alpha.png") == 0
    got = np.asarray(Image.open("alpha_inpainted.png"))
    np.testing.assert_array_equal(got[..., 0], expected(exported, "alpha.png"))
    np.testing.assert_array_equal(got[..., 1], alpha)


def test_grpc_carries_more_than_4_megabytes(exported, files):
    grpc = pytest.importorskip("grpc", reason=reason_without("serving"))
    from concurrent import futures

    from inpaint_tf.export.rpc import METHOD

    completed = np.random.default_rng(0).integers(0, 256, [1200, 1300, 3], dtype=np.uint8)
    Image.fromarray(completed).save("large.png")
    Image.new("L", [1300, 1200], 0).save("large_mask.png")
    seen = []

    def predict(data, _):
        request = PredictRequest.FromString(data)
        seen.append(request)
        response = PredictResponse()
        image = tf.make_ndarray(request.inputs["image_bytes"])
        response.outputs["completed_bytes"].CopyFrom(tf.make_tensor_proto(image))
        response.outputs["error_bytes"].CopyFrom(tf.make_tensor_proto([b""]))
        return response.SerializeToString()

    class Handler(grpc.GenericRpcHandler):
        def service(self, details):
            return (
                grpc.unary_unary_rpc_method_handler(predict) if details.method == METHOD else None
            )

    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    running = grpc.server(futures.ThreadPoolExecutor(1), [Handler()], options=unlimited)
    port = running.add_insecure_port("127.0.0.1:0")
    running.start()
    arguments = ["--protocol=grpc", "--version=4"]
    try:
        done = ask(f"127.0.0.1:{port}", *arguments, image="large.png", mask="large_mask.png")
    finally:
        running.stop(None)
    assert done == 0
    assert seen[0].model_spec.name == "deepfill" and seen[0].model_spec.version.value == 4
    assert len(tf.make_ndarray(seen[0].inputs["image_bytes"])[0]) > 4_194_304
    same("large_inpainted.png", completed)


def test_client_needs_no_tensorflow():
    code = "import sys, inpaint_tf.client; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SERVER = shutil.which("tensorflow_model_server")


@pytest.mark.skipif(
    SERVER is None,
    reason="TF Serving is no Python package: tensorflow_model_server must be on PATH",
)
def test_a_real_server(exported, files):
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    running = subprocess.Popen(
        [
            SERVER,
            f"--port={ports[0]}",
            f"--rest_api_port={ports[1]}",
            "--model_name=deepfill",
            f"--model_base_path={exported.directory}",
        ]
    )
    try:
        until = time.monotonic() + 120
        while not _is_ready(ports[1]) and time.monotonic() < until:
            time.sleep(0.5)
        assert ask(f"127.0.0.1:{ports[1]}", "--version=1") == 0
        assert ask(f"127.0.0.1:{ports[0]}", "--protocol=grpc", "--output=grpc.png") == 0
    finally:
        running.terminate()
        running.wait(30)
    got = np.asarray(Image.open("photo_inpainted.png")).astype(int)
    # Another build of TensorFlow may round other sums.
    assert np.abs(got - expected(exported, "photo.png")).max() <= 1


def _is_ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models/deepfill", timeout=5) as it:
            return b"AVAILABLE" in it.read()
    except OSError:
        return False
