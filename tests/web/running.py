"""A server behind a real socket, in a thread of the test's process."""

import contextlib
import socket
import threading


@contextlib.contextmanager
def running(backend, **settings):
    """The address of a server with this backend and these `Settings`."""
    import uvicorn

    from inpaint_tf.web.app import make_app
    from inpaint_tf.web.settings import Settings

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            make_app(backend, Settings(**settings)), access_log=False, log_level="warning"
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
