"""What the tests of the web interface share: pictures as bytes, servers, the right answer."""

import base64
import contextlib
import io

import numpy as np
import pytest
from extras import reason_without
from PIL import Image

REASON = reason_without("web")
HEIGHT, WIDTH = 72, 104
TOP, LEFT, BOX_HEIGHT, BOX_WIDTH = 20, 44, 18, 30


def local():
    """A `Local` around a network of width 2."""
    import inpaint_tf
    from inpaint_tf.web.local import Local

    # Not compiled: every test sets a seed, at which TensorFlow forgets what it has compiled.
    return Local(inpaint_tf.Inpainter(inpaint_tf.create_model("deepfill_v1", width=2)), "tiny")


@contextlib.contextmanager
def studio_client(backend, **settings):
    """A client in this process of a server with this backend and these `Settings`."""
    pytest.importorskip("fastapi", reason=REASON)
    from starlette.testclient import TestClient

    from inpaint_tf.web.app import make_app
    from inpaint_tf.web.settings import Settings

    app = make_app(backend, Settings(**settings))
    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        yield client


class Painter:
    """A backend that fills holes with one value, and may wait before it does."""

    name = "painter"
    lacks = ()

    def __init__(self, value=77, wait=lambda: None):
        self.value, self.wait, self.seen = value, wait, []

    def doubts(self, hole):
        return []

    def __call__(self, photo, hole, options):
        self.wait()
        self.seen.append((photo, hole, options))
        color = photo.color.copy()
        color[hole] = self.value
        return color


def pixels(channels=3, dtype=np.uint8, seed=0, height=HEIGHT, width=WIDTH):
    """A smooth picture of its own in every channel."""
    top = np.iinfo(dtype).max
    random = np.random.default_rng(seed)
    rows, columns = np.linspace(0, 1, height)[:, None, None], np.linspace(0, 1, width)[:, None]
    waves = random.uniform(2, 9, [2, channels])
    smooth = 0.5 + 0.3 * np.sin(rows * waves[0]) * np.cos(columns * waves[1])
    noise = random.uniform(-0.15, 0.15, smooth.shape)
    picture = np.clip((smooth + noise) * top, 0, top).astype(dtype)
    return picture[..., 0] if channels == 1 else picture


def hole(height=HEIGHT, width=WIDTH):
    where = np.zeros([height, width], bool)
    where[TOP : TOP + BOX_HEIGHT, LEFT : LEFT + BOX_WIDTH] = True
    return where


def encoded(array, file_format="PNG", **options):
    """The bytes of a picture file."""
    file = io.BytesIO()
    Image.fromarray(array).save(file, file_format, **options)
    return file.getvalue()


def mask_bytes(where=None):
    return encoded((hole() if where is None else where).astype(np.uint8) * 255)


def decoded(data):
    """The pixels of a file, as Pillow reads them."""
    return np.asarray(Image.open(io.BytesIO(data)))


def text(data):
    return base64.b64encode(data).decode()


def data_url(data, media_type="image/png"):
    return f"data:{media_type};base64,{text(data)}"


def assert_completed(result, picture, completed, where=None):
    """The result is what the Inpainter makes, known pixels bit for bit, the hole filled anew."""
    where = hole() if where is None else where
    np.testing.assert_array_equal(result, completed)
    np.testing.assert_array_equal(result[~where], picture[~where])
    assert (result[where] != picture[where]).mean() > 0.5
