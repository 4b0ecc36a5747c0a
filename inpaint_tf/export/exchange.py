"""One request over HTTP whose answer is bounded: in bytes, and in time however it comes."""

import contextlib
import http.client
import socket
import threading
import urllib.error
import urllib.request


class _StaysThere(urllib.request.HTTPRedirectHandler):
    """Nobody is sent elsewhere with a picture: a redirection is a refusal."""

    def http_error_302(self, request, file, code, message, headers):
        return None

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class _Opener(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """Notes each socket that it opens, until it is too late."""

    def __init__(self, sockets, late):
        super().__init__()
        self._sockets, self._late = sockets, late

    def do_open(self, http_class, request, **options):
        late, sockets = self._late, self._sockets

        class Noted(http_class):
            def connect(self):
                super().connect()
                sockets.append(self.sock)
                if late.is_set():
                    raise TimeoutError

        return super().do_open(Noted, request, **options)


def exchange(request, seconds, most):
    """Sends a request and reads its answer.

    Args:
        request: a `urllib.request.Request`.
        seconds: for everything together. A server that sends a byte now and then would otherwise
            hold the caller for ever.
        most: bytes of the answer.

    Returns:
        `(error, answer)`: None, or the `urllib.error.HTTPError` of a refusal; and the bytes of the
        answer, one more than `most` if it has more.

    Raises:
        TimeoutError: it took too long.
        OSError, http.client.HTTPException, ValueError: as `urllib` does.
    """
    sockets, late = [], threading.Event()

    def hang_up():
        late.set()
        for each in list(sockets):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    watch = threading.Timer(seconds, hang_up)
    watch.daemon = True
    watch.start()
    opener = urllib.request.build_opener(_StaysThere, _Opener(sockets, late))
    refusal = None
    try:
        try:
            response = opener.open(request, timeout=seconds)
        except urllib.error.HTTPError as error:
            response = refusal = error
        with response:
            answer = response.read(most + 1)
    except (OSError, http.client.HTTPException, ValueError):
        if not late.is_set():
            raise
    finally:
        watch.cancel()
    if late.is_set():  # what has been read, if anything, may be cut
        raise TimeoutError
    return refusal, answer
