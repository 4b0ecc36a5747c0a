"""What the client refuses: files, addresses, and answers of a stand-in server."""

import base64
import contextlib
import json
import socket
import struct
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from client_harness import ask
from extras import reason_without
from PIL import Image

from inpaint_tf.export import rest
from inpaint_tf.export.messages import field, read_predict_response, tensor
from inpaint_tf.inference.png_parts import SIGNATURE, chunk_bytes


def refused(capsys, *arguments, **options):
    """The sentence with which the client refuses."""
    assert ask(*arguments, **options) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
    return error


def test_a_bad_item_is_told(server, files, capsys):
    encoded = {"completed_bytes": {"b64": ""}, "error_bytes": {"b64": "SXRlbSAwOiBubyBnb29kLg=="}}
    server.answer = lambda *_: (200, json.dumps({"predictions": [encoded]}).encode())
    assert f"{server.address} says: Item 0: no good." in refused(capsys, server)
    assert not (files / "photo_inpainted.png").exists()


@pytest.mark.parametrize(
    "status, answer, sentence",
    [
        (
            404,
            b'{"error": "Servable not found\\nfor request"}',
            "status 404: Servable not found for",
        ),
        (503, b"<html>busy</html>", "refused the request with status 503: <html>busy</html>."),
        (500, b"", "refused the request with status 500: Internal Server Error."),
        (200, b"<html>hello</html>", "answered with something that is not a prediction"),
        (200, b'{"predictions": []}', "answered with something that is not a prediction"),
        (200, b'{"predictions": [{"a": 3}]}', "answered with something that is not a prediction"),
        (
            200,
            b'{"predictions": ' + b"[" * 100_000,
            "answered with something that is not a prediction",
        ),
        (200, b'{"predictions": [{"a": {"b64": [1]}}]}', "that is not a prediction"),
        (200, b'{"predictions": [{}]}', "answered with something that is not a PNG file"),
        (200, b'{"predictions": ' + b"[" * 990 + b"]" * 990 + b"}", "that is not a prediction"),
        (200, '{"predictions": ["\U0001f600"]}'.encode(), "that is not a prediction"),
        (500, b'{"error": ' + b"[" * 990 + b"]" * 990 + b"}", "status 500: {"),
        (500, b'{"error": "\\u001b[2J\\u202e"}', "status 500: \\x1b[2J\\u202e."),
    ],
)
def test_answers_that_are_none(server, files, capsys, status, answer, sentence):
    server.answer = lambda *_: (status, answer)
    assert sentence in refused(capsys, server)
    assert sorted(path.name for path in files.iterdir()) == ["mask.png", "photo.png"]


def test_a_server_cannot_change_known_pixels(server, files):
    picture = np.asarray(Image.open("photo.png"))
    hole = np.asarray(Image.open("mask.png")) >= 128
    Image.fromarray(255 - picture).save("other.png")
    value = {"b64": base64.b64encode((files / "other.png").read_bytes()).decode()}
    answer = {"predictions": [{"completed_bytes": value, "error_bytes": {"b64": ""}}]}
    server.answer = lambda *_: (200, json.dumps(answer).encode())
    assert ask(server) == 0
    got = np.asarray(Image.open("photo_inpainted.png"))
    np.testing.assert_array_equal(got, np.where(hole[..., None], 255 - picture, picture))
    assert 0 < hole.mean() < 1


def test_a_picture_of_another_size_is_no_answer(server, files, capsys):
    mask = base64.b64encode((files / "mask.png").read_bytes()).decode()
    answer = {"completed_bytes": {"b64": mask}, "error_bytes": {"b64": ""}}
    server.answer = lambda *_: (200, json.dumps({"predictions": [answer]}).encode())
    assert "shape (37, 53), expected (37, 53, 3)" in refused(capsys, server)


def test_a_picture_far_larger_than_asked_for_is_not_decoded(server, files, capsys):
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = SIGNATURE + chunk_bytes(b"IHDR", header) + chunk_bytes(b"IDAT", b"x")
    value = {"b64": base64.b64encode(bomb).decode()}
    answer = {"predictions": [{"completed_bytes": value, "error_bytes": {"b64": ""}}]}
    server.answer = lambda *_: (200, json.dumps(answer).encode())
    assert "not a PNG file of 53x37 pixels" in refused(capsys, server)


@pytest.mark.parametrize("part", [b"[],", b'{"a":', b"0,", b"["])
def test_an_answer_of_many_parts_is_not_taken_apart(server, files, capsys, monkeypatch, part):
    """A megabyte of them would take hundreds."""
    answer = b'{"predictions": [' + part * 300_000
    server.answer = lambda *_: (200, answer)
    untouched = SimpleNamespace(dumps=json.dumps, loads=lambda text: pytest.fail("taken apart"))
    monkeypatch.setattr(rest, "json", untouched)
    assert "answered with something that is not a prediction" in refused(capsys, server)
    server.answer = lambda *_: (500, answer)
    assert "status 500: " in refused(capsys, server)


def test_an_answer_without_end_is_not_read_to_it(server, files, capsys, monkeypatch):
    monkeypatch.setattr(rest, "MOST_BYTES", 1000)
    server.answer = lambda *_: (200, b"x" * 2000)
    assert "more than 1000 bytes" in refused(capsys, server)


def test_escapes_do_not_reach_the_terminal(server, files, capsys):
    text = base64.b64encode(b"\x1b[2J\rno \xe2\x80\xaegood").decode()
    answer = {"predictions": [{"completed_bytes": {"b64": ""}, "error_bytes": {"b64": text}}]}
    server.answer = lambda *_: (200, json.dumps(answer).encode())
    assert "says: \\x1b[2J no \\u202egood." in refused(capsys, server)


@pytest.fixture
def speak():
    """A function that makes a server which answers with bytes, and drips the last ones for ever."""
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        over = threading.Event()

        def serve(first, again):
            connection = stack.enter_context(listener.accept()[0])
            connection.recv(2**16)
            connection.sendall(first)
            with contextlib.suppress(OSError):
                while again and not over.wait(0.03):
                    connection.sendall(again)
            connection.close()

        def start(first, again=b""):
            thread = threading.Thread(target=serve, args=(first, again), daemon=True)
            thread.start()
            stack.callback(thread.join)
            return f"127.0.0.1:{listener.getsockname()[1]}"

        yield start
        over.set()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "first, again",
    [
        (OK + b"Content-Length: 9000\r\n\r\n", b" "),
        (b"HTTP/1.1 500 E\r\nContent-Length: 9000\r\n\r\n", b" "),
        (OK, b"X"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_an_answer_that_drips_is_late(speak, files, capsys, first, again):
    began = time.monotonic()
    said = refused(capsys, speak(first, again), "--timeout=0.3")
    assert "did not answer within 0.3 seconds" in said and time.monotonic() - began < 2


@pytest.mark.parametrize(
    "first, sentence",
    [
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc", "broke off its answer"),
        (OK + b"Content-Length: 500\r\n\r\nabc", "not a prediction"),
        (b"hello\r\n", "broke off its answer"),
        (b"HTTP/1.1 302 F\r\nLocation: http://[::1\r\n\r\n", "with status 302: F."),
        (b"HTTP/1.1 302 F\r\nLocation: ftp://127.0.0.1:1/x\r\n\r\n", "with status 302: F."),
    ],
)
def test_answers_that_are_no_http(speak, files, capsys, first, sentence):
    assert sentence in refused(capsys, speak(first))


def test_an_answer_is_as_large_as_the_picture_at_most(server, files, capsys):
    """Of 53x37 pixels; a gigabyte would be read for nothing."""
    server.answer = lambda *_: (200, b"x" * 3_000_000)
    assert "answered with more than 1653" in refused(capsys, server)


def test_numbers_in_place_of_bytes_take_no_memory():
    entry = field(1, 2**33) + field(2, tensor([b"x"]))
    for message in (field(1, entry), field(1, field(1, "a") + field(2, field(1, 7) + field(8, 9)))):
        with pytest.raises(ValueError, match="in the place of bytes"):
            read_predict_response(message)


def test_a_late_answer(server, files, capsys):
    server.answer = lambda *_: (time.sleep(0.6) or 200, b"")
    assert "did not answer within 0.2 seconds" in refused(capsys, server, "--timeout=0.2")


@pytest.mark.parametrize("protocol", ["rest", "grpc"])
def test_nobody_there(files, capsys, protocol):
    if protocol == "grpc":
        pytest.importorskip("grpc", reason=reason_without("serving"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    said = refused(capsys, address, f"--protocol={protocol}")
    assert f"{address} cannot be reached: " in said and "refused" in said


@pytest.mark.parametrize(
    "server",
    [
        *("localhost:port", "ftp://localhost", "", "a b:80", "h:99999", "localhost:1/\xe9"),
        *("a" * 70 + ":80", "localhost\0:1", "local\thost:1", "[::1"),
    ],
)
def test_addresses_that_are_none(files, capsys, server):
    assert "is not an address; expected host:port" in refused(capsys, server)


def test_files_that_cannot_be_sent(files, capsys):
    assert "--image is needed" in refused(capsys, "localhost:1", image="")
    assert "given as its own mask" in refused(capsys, "localhost:1", mask="./photo.png")
    assert "missing.png does not exist" in refused(capsys, "localhost:1", image="missing.png")
    Image.fromarray(np.full([37, 53], 60000, np.uint16)).save("deep.png")
    assert "deep.png has 16 bits a channel" in refused(capsys, "localhost:1", image="deep.png")
    assert "does not say its format" in refused(capsys, "localhost:1", "--output=result")
