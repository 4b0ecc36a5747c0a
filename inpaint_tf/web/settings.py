"""The settings of a server: who has access, and its limits."""

from typing import NamedTuple, Optional

from inpaint_tf.inference.photo import MAX_PIXELS

MEGABYTE = 2**20


class Settings(NamedTuple):
    """Access and limits of a server.

    token: the secret that requests must carry, or None if everybody has access.
    hosts: names, besides addresses and "localhost", under which the server may be addressed.
    origins: sites whose pages may also send requests, such as "https://example.org".
    max_pixels: the most pixels that a picture or a mask may have.
    max_body: the most bytes of one request.
    max_bodies: the most bytes of all requests in transit together.
    places: how many requests may be in progress or wait; one more is refused.
    body_seconds: time for a request to arrive.
    answer_seconds: time for a request to wait and be completed.
    """

    token: Optional[str] = None
    hosts: tuple = ()
    origins: tuple = ()
    max_pixels: int = MAX_PIXELS
    max_body: int = 128 * MEGABYTE
    max_bodies: int = 512 * MEGABYTE
    places: int = 32
    body_seconds: float = 300
    answer_seconds: float = 300
