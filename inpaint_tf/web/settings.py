"""What a server is told when it starts: who may come in, and how much it takes on."""

from typing import NamedTuple, Optional

from inpaint_tf.inference.photo import MAX_PIXELS

MEGABYTE = 2**20


class Settings(NamedTuple):
    """Doors and limits of a server.

    token: the secret that requests must bring, or None where everybody is let in.
    hosts: names, besides addresses and "localhost", under which the server may be called.
    origins: pages elsewhere that may ask too, as "https://example.org".
    max_pixels: the most pixels that a picture or a mask may have.
    max_body: bytes that one request may have.
    max_bodies: bytes that all requests under way may have together.
    places: requests that are worked on or wait; one more is sent away.
    body_seconds: for a request to arrive.
    answer_seconds: for a request to wait and be worked on.
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
