"""What counts the bytes of requests, and what lets them wait for the network, by themselves."""

import asyncio
import threading

import pytest
from web.harness import REASON

from inpaint_tf.web.settings import Settings

pytest.importorskip("fastapi", reason=REASON)

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
