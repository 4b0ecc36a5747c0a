"""Requests to TF Serving over REST."""

import base64
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

from inpaint_tf.errors import InputError
from inpaint_tf.export.exchange import exchange
from inpaint_tf.export.names import ENCODED

# Of an answer: a 16-bit PNG of 64 megapixels as text has 690 MB, those that servers take have less.
MOST_BYTES = 2**29
_ROOM = 2**16  # for an answer without a picture
_AS_TEXT = 1.5  # base64 takes a third more; some servers write the slash as two characters
_REASON = 300  # characters
MOST_MARKS = 1000  # of lists, objects and commas; a prediction has about ten


def ask(server, model, version, inputs, timeout, most=MOST_BYTES):
    """Sends one item to `encoded`.

    Args:
        server: "host:port", or an address that begins with http:// or https://.
        model: the model's name on the server.
        version: int, or None for the newest.
        inputs: dict of input name -> bytes.
        timeout: seconds.
        most: bytes of the largest picture that may be the answer.

    Returns:
        dict of output name -> bytes.

    Raises:
        InputError: no server, a refusal, or an answer that is none.
    """
    which = "" if version is None else f"/versions/{version}"
    address = f"{_base(server)}/v1/models/{urllib.parse.quote(model, safe='')}{which}:predict"
    item = {name: {"b64": base64.b64encode(data).decode()} for name, data in inputs.items()}
    body = json.dumps({"signature_name": ENCODED, "instances": [item]}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    answer = _answer(request, server, timeout, min(MOST_BYTES, _ROOM + int(_AS_TEXT * most)))
    try:
        outputs = _parsed(answer.decode("ascii"))["predictions"][0]
        return {name: base64.b64decode(value["b64"]) for name, value in outputs.items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{server} answered with something that is not a prediction; expected the REST port of "
            "TF Serving, 8501 by custom."
        ) from error


def reason_of(said):
    """What a server says of itself, bytes or text, in one line of bounded length."""
    text = said[: 4 * _REASON]
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    return " ".join(text.split())[:_REASON].rstrip(".")


def _parsed(text):
    """JSON, but `ValueError` if it would be far larger in memory, or is nested endlessly."""
    if sum(text.count(mark) for mark in "[{,") > MOST_MARKS:
        raise ValueError("too many parts")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("too many levels") from error


def _base(server):
    address = server if "://" in server else f"http://{server}"
    try:
        parts = urllib.parse.urlsplit(address)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
        fine = fine and (parts.port is None or parts.port > 0)  # reading the port checks it
        fine = fine and parts.path.isascii() and bool(parts.hostname.encode("idna"))
    except ValueError:
        fine = False
    if not fine or " " in address or not address.isprintable():
        raise InputError(
            f"--server {server} is not an address; expected host:port, localhost:8501."
        )
    return address.rstrip("/")


def _answer(request, server, timeout, most):
    try:
        refusal, answer = exchange(request, timeout, most)
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_late(server, timeout) from error
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise InputError(f"{server} cannot be reached: {str(reason).rstrip('.')}.") from error
    except TimeoutError as error:
        raise _too_late(server, timeout) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(f"{server} broke off its answer ({reason}).") from error
    if refusal is not None:
        reason = _reason(answer, refusal.reason)
        raise InputError(f"{server} refused the request with status {refusal.code}: {reason}.")
    if len(answer) > most:
        raise InputError(f"{server} answered with more than {most} bytes.")
    return answer


def _too_late(server, timeout):
    return InputError(f"{server} did not answer within {timeout:g} seconds; --timeout sets this.")


def _reason(answer, status):
    """The server's reason for its refusal, in one line of bounded length."""
    text = answer[:_ROOM].decode(errors="replace")
    try:
        text = _parsed(text)["error"]
    except (ValueError, LookupError, TypeError):
        text = text or status or ""
    return reason_of(str(text))
