"""The application on a socket."""

import logging
import socket
import webbrowser

import uvicorn

from inpaint_tf.errors import InputError
from inpaint_tf.web.app import make_app

_BACKLOG = 512
_SHUTDOWN_SECONDS = 5
_STALLED_SECONDS = 60  # that a client may leave a response unread


def serve(backend, settings, listening, host, open_page, report):
    """Serves until it is interrupted.

    Args:
        backend: a `Local` or `Remote`.
        settings: a `Settings`.
        listening: a socket of `bound`.
        host: where it listens, as the user wrote it.
        open_page: whether to show the page in a browser.
        report: a `Report` for the address.
    """
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it quotes damaged forms
    listening.listen(_BACKLOG)  # who comes before the server has started waits
    address = _address(host, listening.getsockname()[1])
    report.done(f"serving at {address}")
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(backend, settings),
            access_log=False,  # addresses may hold the token
            log_level="warning",
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
    )
    if open_page:
        webbrowser.open(address + (f"?token={settings.token}" if settings.token else ""))
    server.run(sockets=[listening])


def bound(host, port, stalled_seconds=_STALLED_SECONDS):
    """A listening socket; its connections are closed when a client no longer reads.

    Args:
        host: a name or an address of this machine.
        port: 0 takes a free one.
        stalled_seconds: how long a response may lie unread.

    Raises:
        InputError: it is impossible to listen there.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; elsewhere unread responses stay in memory
            milliseconds = round(stalled_seconds * 1000)
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        listening.bind((host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"--host {host} --port {port} cannot be listened at: {reason}.") from error
    return listening


def _address(host, port):
    """The address of the page for a browser on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/"
