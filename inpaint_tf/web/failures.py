"""Every refusal, as JSON with one sentence."""

import http

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from inpaint_tf.errors import InputError

# The interface whose clients read the sentence from another key.
_OPENAI = "/v1/"
RETRY_SECONDS = 5


class Busy(Exception):
    """The line is full; the client may try again."""


class TooLate(Exception):
    """The work was not finished in the time allowed."""


class Unreachable(Exception):
    """The server that runs the network does not answer, or answers wrongly."""


def refusal(status, sentence, path="", headers=None):
    """A JSON response that says in one sentence why there is no picture.

    Args:
        status: the HTTP status.
        sentence: what was found, and what was expected.
        path: of the request; clients of some paths expect another form.
        headers: dict of further headers, or None.
    """
    sentence = " ".join(str(sentence).split())
    if path.startswith(_OPENAI):
        error_type = "invalid_request_error" if status < 500 else "server_error"
        body = {"error": {"message": sentence, "type": error_type, "param": None, "code": None}}
    else:
        reason = http.HTTPStatus(status).phrase
        body = {"error": reason, "detail": sentence, "body": "", "errors": sentence}
    return JSONResponse(body, status, headers)


def _input(request, error):
    return refusal(400, error, request.url.path)


def _http(request, error):
    return refusal(error.status_code, f"{error.detail}.", request.url.path, error.headers)


def _busy(request, error):
    sentence = f"the server is busy; come again in {RETRY_SECONDS} seconds."
    return refusal(503, sentence, request.url.path, {"Retry-After": str(RETRY_SECONDS)})


def _late(request, error):
    return refusal(504, error, request.url.path)


def _unreachable(request, error):
    return refusal(502, error, request.url.path)


def _own_fault(request, error):
    return refusal(500, "the server failed; its log names the error.", request.url.path)


HANDLERS = {
    InputError: _input,
    HTTPException: _http,
    Busy: _busy,
    TooLate: _late,
    Unreachable: _unreachable,
    Exception: _own_fault,
}
