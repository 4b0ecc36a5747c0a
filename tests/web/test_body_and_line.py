"""What reads requests, counts their bytes, and lets them wait for the network, by themselves."""

import asyncio
import logging
import threading

import pytest
from web.harness import REASON

from inpaint_tf.errors import InputError
from inpaint_tf.web.settings import Settings

pytest.importorskip("fastapi", reason=REASON)

import pydantic
from fastapi.exceptions import HTTPException
from starlette import formparsers
from starlette.requests import Request

from inpaint_tf.web.bodies import form_schema, one_file, picture_bytes, read_form
from inpaint_tf.web.body_limit import BodyLimit
from inpaint_tf.web.failures import Busy, TooLate
from inpaint_tf.web.line import Line


def sent_in_pieces(pieces, headers=(), **limits):
    """The status with which a `BodyLimit` answers, and how many pieces it has taken."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    waiting, answers = list(messages), []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        answers.append(message)

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": list(headers)}
    limit = BodyLimit(app, Settings(**limits))
    asyncio.run(limit(scope, receive, send))
    assert limit.held == 0
    return answers[0]["status"], len(messages) - len(waiting)


def test_the_pieces_of_a_body_are_added_up():
    assert sent_in_pieces([b"12345", b"67890"], max_body=10) == (200, 3)
    assert sent_in_pieces([b"12345", b"67890", b"x"], max_body=10) == (413, 3)
    assert sent_in_pieces([b"12345", b"67890", b"x"], max_bodies=10) == (503, 3)
    assert sent_in_pieces([b"x"], [(b"content-length", b"11")], max_body=10) == (413, 0)
    assert sent_in_pieces([b"x"], [(b"content-length", b"10")], max_body=10) == (200, 2)


def test_work_that_nobody_waits_for_keeps_its_place_until_it_is_done():
    opened, line = threading.Event(), Line(1, 0.05)

    async def never():
        await asyncio.sleep(20)

    async def steps():
        with pytest.raises(TooLate):
            await line.do(lambda: opened.wait(20), never())
        await asyncio.sleep(0.05)
        assert line.taken == 1
        with pytest.raises(Busy):
            await line.do(lambda: opened.wait(20), never())
        opened.set()
        while line.taken:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(steps(), 20))


class Wish(pydantic.BaseModel):
    number: int = 0


def form_of(parts, content_type="Multipart/Form-Data"):
    """What `read_form` makes of parts, triples of name, file name or None, and body."""
    lines = []
    for name, file_name, body in parts:
        file = b"" if file_name is None else b'; filename="%s"' % file_name
        lines += [b'--x\r\nContent-Disposition: form-data; name="%s"%s' % (name, file), b"", body]
    body = b"\r\n".join([*lines, b"--x--", b""])

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode() + b"; boundary=x")]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    return asyncio.run(read_form(Request(scope, receive), Wish))


def test_forms_stay_in_memory(monkeypatch):
    class InMemory(formparsers.SpooledTemporaryFile):
        def rollover(self):
            pytest.fail("written to the disk")

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", InMemory)
    large = bytes(2**21)
    parts = [(b"number", None, b"7"), (b"image", b"a", large), (b"image[]", b"b", b"x")]
    fields, files = form_of(parts)
    assert fields.number == 7 and files == {"image": [large, b"x"]}
    assert one_file(files, "image") is files["image"][0]


def test_a_form_has_a_hundred_parts_of_a_kind():
    for part in ((b"a", None, b"1"), (b"a", b"a", b"1")):
        form_of([part] * 100)
        with pytest.raises(HTTPException, match="the form is damaged .Too many f"):
            form_of([part] * 101)


def test_a_damaged_form_is_a_sentence_not_lines_of_a_log(caplog):
    for level in (logging.WARNING, logging.ERROR):  # of another test, perhaps
        logging.getLogger("python_multipart").setLevel(level)
    with pytest.raises(HTTPException, match="number: Input should be a valid integer"):
        form_of([(b"number", None, b"x")])
    with pytest.raises(HTTPException, match="the form is damaged"):
        form_of([(b"a\r\nb\0: ", None, b"x")])
    assert not caplog.records


@pytest.mark.parametrize(
    "text",
    ["AAEC", " AAE\r\nC\n", "data:image/png;base64,AAEC", "data:,AAEC",
     "data:image/svg+xml;charset=utf-8;name=a.b;base64,AAEC"],
)  # fmt: skip
def test_pictures_as_text(text):
    assert picture_bytes(text, "image") == bytes([0, 1, 2])


@pytest.mark.parametrize(
    "text, words",
    [("", "is missing"), ("data:image/png;base64,", "is missing"), ("AAE", "is not base64"),
     ("AA*EC", "is not base64"), ("\u00e9AEC", "is not base64")],
)  # fmt: skip
def test_texts_that_are_no_pictures(text, words):
    with pytest.raises(InputError, match=f"image {words}"):
        picture_bytes(text, "image")


def test_forms_are_described_with_their_files():
    described = form_schema(Wish, "image", "mask")["requestBody"]
    schema = described["content"]["multipart/form-data"]["schema"]
    assert described["required"] and schema["required"] == ["image"]
    assert list(schema["properties"]) == ["image", "mask", "number"]
    assert schema["properties"]["mask"] == {"type": "string", "format": "binary"}
