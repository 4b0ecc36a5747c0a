"""Requests to TF Serving over REST."""

import base64
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

from inpaint_tf.errors import InputError
from inpaint_tf.export.names import ENCODED

# Of an answer: a 16-bit PNG of 64 megapixels as text has 690 MB, those that servers take have less.
MOST_BYTES, MOST_REASON = 2**29, 2**16
MOST_MARKS = 1000  # of lists, objects and commas; a prediction has about ten


def ask(server, model, version, inputs, timeout):
    """Sends one item to `encoded`.

    Args:
        server: "host:port", or an address that begins with http:// or https://.
        model: the model's name on the server.
        version: int, or None for the newest.
        inputs: dict of input name -> bytes.
        timeout: seconds.

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
    answer = _answer(request, server, timeout)
    try:
        _require_few_parts(answer)
        outputs = json.loads(answer)["predictions"][0]
        return {name: base64.b64decode(value["b64"]) for name, value in outputs.items()}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(
            f"{server} answered with something that is not a prediction; expected the REST port of "
            "TF Serving, 8501 by custom."
        ) from error


def _require_few_parts(answer):
    """Raises `ValueError` for JSON that would be far larger in memory, or is nested endlessly."""
    if sum(answer.count(mark) for mark in (b"[", b"{", b",")) > MOST_MARKS:
        raise ValueError("too many parts")


def _base(server):
    address = server if "://" in server else f"http://{server}"
    try:
        parts = urllib.parse.urlsplit(address)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
        fine = fine and (parts.port is None or parts.port > 0)  # reading the port checks it
    except ValueError:
        fine = False
    if not fine or any(letter.isspace() for letter in address):
        raise InputError(
            f"--server {server} is not an address; expected host:port, localhost:8501."
        )
    return address.rstrip("/")


def _answer(request, server, timeout):
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            answer = response.read(MOST_BYTES + 1)
        if len(answer) > MOST_BYTES:
            raise InputError(f"{server} answered with more than {MOST_BYTES} bytes.")
        return answer
    except urllib.error.HTTPError as error:
        raise InputError(
            f"{server} refused the request with status {error.code}: {_reason(error)}."
        ) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_late(server, timeout) from error
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise InputError(f"{server} cannot be reached: {str(reason).rstrip('.')}.") from error
    except TimeoutError as error:
        raise _too_late(server, timeout) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(f"{server} broke off its answer ({reason}).") from error


def _too_late(server, timeout):
    return InputError(f"{server} did not answer within {timeout:g} seconds; --timeout sets this.")


def _reason(error):
    """The server's reason for its refusal, in one line of bounded length."""
    try:
        text = error.read(MOST_REASON).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        text = ""
    try:
        _require_few_parts(text.encode())
        text = json.loads(text)["error"]
    except (ValueError, LookupError, TypeError):
        text = text or error.reason or ""
    return " ".join(str(text).split())[:300].rstrip(".")
