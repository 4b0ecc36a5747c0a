"""Requests to the web server with random damage: a sentence, or known pixels as they were."""

import base64
import io
import json

import numpy as np
import pytest
from fuzz.damage import cases, damaged, odd_value
from fuzz.uploads import files, hole
from made_files import encoded, noise
from web.harness import REASON, Painter, studio_client

from inpaint_tf.inference.photo import join, photo_of

pytestmark = pytest.mark.slow
MOST_PIXELS = 2**16


def require_sound(answer, painter):
    """A picture with the known pixels that the backend was given, or a refusal in words."""
    assert answer.status_code < 500, answer.text[:500]
    if answer.status_code >= 400:
        said = answer.json()
        assert "\n" not in str(said.get("detail", said["error"]))
    elif answer.headers["content-type"] == "image/png" and painter.seen:
        photo, where, _ = painter.seen[-1]
        got = join(photo_of(io.BytesIO(answer.content), "x"))
        np.testing.assert_array_equal(got[~where], join(photo)[~where])
    painter.seen.clear()


def test_bodies_of_the_web_server():
    """No status of the 500s, whatever is sent; known pixels are the picture's own."""
    pytest.importorskip("fastapi", reason=REASON)

    def text(data):
        return base64.b64encode(data).decode()

    def change(seed, random):
        path, values = seed
        if random.rand() < 0.5:
            return path, json.dumps(odd_value(values, random)).encode()
        if random.rand() < 0.5:
            return path, damaged(json.dumps(values).encode(), random)
        names = [name for name in values if name in ("image", "mask")]
        if not names:
            return path, damaged(json.dumps(values).encode(), random)
        name = names[random.randint(len(names))]
        data = text(damaged(base64.b64decode(values[name]), random))
        return path, json.dumps({**values, name: data}).encode()

    mask = text(encoded("PNG", hole()))
    bodies = [("/api/v1/inpaint", {"image": text(f), "mask": mask, "grow": 1}) for f in files()]
    image = text(encoded("PNG", noise()))
    bodies += [
        ("/api/v1/adjust_mask", {"mask": mask, "operate": "expand", "kernel_size": 3}),
        (
            "/sdapi/v1/img2img",
            {"init_images": [image], "mask": mask, "inpainting_mask_invert": 0, "seed": 3},
        ),
    ]
    painter = Painter()
    with studio_client(painter, max_pixels=MOST_PIXELS) as client:
        headers = {"Content-Type": "application/json"}
        for path, body in cases(bodies, change):
            require_sound(client.post(path, content=body, headers=headers), painter)


def test_forms_of_the_web_server():
    pytest.importorskip("fastapi", reason=REASON)
    boundary = "xyz"

    def part(name, data, kind="image/png"):
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a"\r\n'
        return head.encode() + f"Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"

    end = f"--{boundary}--\r\n".encode()
    mask = encoded("PNG", hole())
    bodies = [
        (path, part("image", data) + part("mask", mask) + end)
        for path in ("/inpaint", "/v1/images/edits")
        for data in files()
    ]
    painter = Painter()
    with studio_client(painter, max_pixels=MOST_PIXELS) as client:
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        for path, body in cases(bodies, lambda seed, r: (seed[0], damaged(seed[1], r))):
            require_sound(client.post(path, content=body, headers=headers), painter)
