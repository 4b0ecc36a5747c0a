"""What the tests of the client share: a stand-in server, and asking it."""

import http.server
import json

from inpaint_tf.client import main


class StandIn(http.server.BaseHTTPRequestHandler):
    """A test fixture that speaks enough of TF Serving's REST interface."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, body))
        status, answer = self.server.answer(self.path, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class QuietServer(http.server.ThreadingHTTPServer):
    """Clients of some tests hang up early, which is no news for standard error."""

    def handle_error(self, request, client_address):
        pass


def ask(server, *arguments, image="photo.png", mask="mask.png"):
    address = server if isinstance(server, str) else server.address
    return main([f"--server={address}", f"--image={image}", f"--mask={mask}", *arguments])
