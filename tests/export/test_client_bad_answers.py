"""What the client refuses: files, addresses, and answers of a stand-in server."""

import base64
import json
import socket
import struct
import time
from types import SimpleNamespace

import numpy as np
import pytest
from client_harness import ask
from extras import reason_without
from PIL import Image

from inpaint_tf.export import rest
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
    """Ten megabytes of them would take a gigabyte."""
    answer = b'{"predictions": [' + part * 3_000_000
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


@pytest.mark.parametrize("server", ["localhost:port", "ftp://localhost", "", "a b:80", "h:99999"])
def test_addresses_that_are_none(files, capsys, server):
    assert "is not an address; expected host:port" in refused(capsys, server)


def test_files_that_cannot_be_sent(files, capsys):
    assert "--image is needed" in refused(capsys, "localhost:1", image="")
    assert "missing.png does not exist" in refused(capsys, "localhost:1", image="missing.png")
    Image.fromarray(np.full([37, 53], 60000, np.uint16)).save("deep.png")
    assert "deep.png has 16 bits a channel" in refused(capsys, "localhost:1", image="deep.png")
    assert "does not say its format" in refused(capsys, "localhost:1", "--output=result")
