"""Limits on bodies: the size of each, of all together, and the time to arrive."""

import asyncio

from inpaint_tf.web.failures import RETRY_SECONDS, refusal


class BodyLimit:
    """ASGI middleware that reads the whole body before anything else handles the request.

    Args:
        app: the ASGI application.
        settings: a `Settings`.
    """

    def __init__(self, app, settings):
        self.app = app
        self.settings = settings
        self.held = 0  # bytes of all requests under way

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, body = scope["path"], bytearray()
        try:
            refused = await asyncio.wait_for(
                self._fill(body, scope, receive), self.settings.body_seconds
            )
            if refused is None:
                await self.app(scope, _replayed(bytes(body), receive), send)
            else:
                await refused(scope, receive, send)
        except asyncio.TimeoutError:
            seconds = self.settings.body_seconds
            late = refusal(408, f"the request did not arrive within {seconds:g} seconds.", path)
            await late(scope, receive, send)
        finally:
            self.held -= len(body)

    async def _fill(self, body, scope, receive):
        """Reads into `body`. Returns a response to send at once, or None."""
        path, most = scope["path"], self.settings.max_body
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        too_large = refusal(
            413,
            f"the request is larger than the {most} bytes allowed; --max_megabytes sets it.",
            path,
        )
        if stated.isdigit() and int(stated) > most:
            return too_large
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return _nothing
            piece = message.get("body", b"")
            if len(body) + len(piece) > most:
                return too_large
            if self.held + len(piece) > self.settings.max_bodies:
                sentence = f"the server is busy; come again in {RETRY_SECONDS} seconds."
                return refusal(503, sentence, path, {"Retry-After": str(RETRY_SECONDS)})
            body += piece
            self.held += len(piece)
            more = message.get("more_body", False)
        return None


async def _nothing(scope, receive, send):
    """The response to a client that is gone."""


def _replayed(body, receive):
    """A `receive` that gives the body in one piece, and then the next messages."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed():
        return messages.pop() if messages else await receive()

    return replayed
