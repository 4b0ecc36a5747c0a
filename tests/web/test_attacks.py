"""What somebody who means harm may send: paths, names, numbers, bombs, and answers left lying."""

import errno
import http.client
import json
import socket
import struct
import threading
import tracemalloc
import zlib

import numpy as np
import pytest
from web.harness import REASON, Painter, data_url, encoded, mask_bytes, pixels, studio_client, text

pytest.importorskip("fastapi", reason=REASON)

from inpaint_tf.inference.png_parts import END, MOST_PROFILE, SIGNATURE, chunk_bytes
from inpaint_tf.web import automatic1111
from inpaint_tf.web.server import bound

IMG2IMG = "/sdapi/v1/img2img"
MOST = 100_000  # pixels


@pytest.fixture(scope="module")
def client():
    with studio_client(Painter(), max_pixels=MOST) as client:
        yield client


def bomb():
    """A PNG file of some kilobytes whose header speaks of 400 megapixels, all of them there."""
    side = 20_000
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    chunks = [chunk_bytes(b"IHDR", header), chunk_bytes(b"IDAT", rows)]
    return b"".join([SIGNATURE, *chunks, END])


def profile_bomb():
    """A picture with a colour profile of 300 megabytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(300)) + packer.flush()
    data, header = encoded(pixels()), len(SIGNATURE) + 25
    return data[:header] + chunk_bytes(b"iCCP", b"it\0\0" + packed) + data[header:]


def form(**files):
    return {"files": {name: (f"{name}.png", data) for name, data in files.items()}}


# Every place for a picture: path, and the request with the picture in that place.
PLACES = {
    "image of IOPaint": ("/api/v1/inpaint", lambda it: {"json": {"image": text(it), "mask": MASK}}),
    "mask of IOPaint": ("/api/v1/inpaint", lambda it: {"json": {"image": FINE, "mask": text(it)}}),
    "a mask to change": (
        "/api/v1/adjust_mask",
        lambda it: {"json": {"mask": data_url(it), "operate": "reverse"}},
    ),
    "image of a form": ("/inpaint", lambda it: form(image=it, mask=mask_bytes())),
    "mask of a form": ("/inpaint", lambda it: form(image=encoded(pixels()), mask=it)),
    "image for OpenAI": ("/v1/images/edits", lambda it: form(image=it)),
    "mask for OpenAI": ("/v1/images/edits", lambda it: form(image=encoded(pixels()), mask=it)),
    "image of img2img": (IMG2IMG, lambda it: {"json": {"init_images": [text(it)], "mask": MASK}}),
    "mask of img2img": (IMG2IMG, lambda it: {"json": {"init_images": [FINE], "mask": text(it)}}),
    "a picture to convert": ("/api/v1/convert", lambda it: {"content": it}),
}
FINE, MASK = text(encoded(pixels())), text(mask_bytes())


@pytest.fixture(scope="module")
def bombs():
    return {"pixels": bomb(), "profile": profile_bomb()}


@pytest.mark.parametrize("place", PLACES)
def test_bombs_do_not_go_off_anywhere(client, bombs, place):
    path, request = PLACES[place]
    assert len(bombs["pixels"]) < 80_000 and len(bombs["profile"]) < 400_000
    tracemalloc.start()
    refused = client.post(path, **request(bombs["pixels"]))
    left_out = client.post(path, **request(bombs["profile"]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.status_code == 400 and "has 20000x20000 pixels, more than" in refused.text
    transparency = "OpenAI" in place  # which that picture has not
    assert left_out.status_code == (400 if transparency else 200), left_out.text
    assert peak < 3 * MOST_PROFILE < 300 * 2**20, peak


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%00",
        "/swagger/../__init__.py",
        "/swagger/%2e%2e%2f__init__.py",
        "/../../etc/passwd",
        "//etc/passwd",
    ],
)
def test_only_the_files_of_the_page_are_given(path, address):
    host, port = address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port))
    connection.request("GET", path)  # as it stands, with its dots
    answer = connection.getresponse()
    assert answer.status == 404 and b"import" not in answer.read()
    connection.request("GET", "/static/main.js")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("name", ["../../x.png", "x\\nSet-Cookie: a=b.png", "\u00fc\u2028.png", ""])
def test_names_of_files_are_of_no_account(client, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {"image": (name or "x", encoded(pixels())), "mask": (name or "x", mask_bytes())}
    answer = client.post("/inpaint", files=files)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers and "content-disposition" not in answer.headers
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("charset", ["undefined", "idna", "punycode", "zlib", "utf-7", "\xff"])
def test_forms_in_a_codec_of_their_own_choice(client, charset):
    body = b'--x\r\nContent-Disposition: form-data; name="a-\xff"\r\n\r\n\xff-\xfe\r\n--x--\r\n'
    kind = b"multipart/form-data; boundary=x; charset=" + charset.encode("latin-1")
    answer = client.post("/inpaint", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 422) and answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("seed", ["9" * 4000, "-" + "9" * 4000, "1e400", "9" * 9000, "NaN", "null"])
def test_numbers_that_are_none(client, seed):
    wish = json.dumps({"image": FINE, "mask": MASK, "init_images": [FINE]})[:-1]
    for path, name in (("/api/v1/inpaint", "sd_seed"), (IMG2IMG, "seed")):
        answer = client.post(path, content=f'{wish}, "{name}": {seed}}}')
        assert answer.status_code in (200, 422), answer.text
    fields = {"sdSeed": seed}
    sent = form(image=encoded(pixels()), mask=mask_bytes())
    assert client.post("/inpaint", data=fields, **sent).status_code in (200, 422)


def test_text_that_is_no_text(client):
    wish = json.dumps({"init_images": [FINE], "mask": MASK, "prompt": "?"})
    answer = client.post(IMG2IMG, content=wish.replace('"?"', r'"\ud800 \u0000"'))
    assert answer.status_code in (200, 422) and answer.json()


def test_a_result_is_scaled_in_its_turn_and_within_the_limit(client, monkeypatch):
    scaled, threads = automatic1111._resized, []

    def noted(size, done):
        threads.append(threading.current_thread().name)
        return scaled(size, done)

    monkeypatch.setattr(automatic1111, "_resized", noted)
    wish = {"init_images": [FINE], "mask": MASK, "inpaint_full_res": False}
    answer = client.post(IMG2IMG, json={**wish, "width": 8192, "height": 8192})
    assert answer.status_code == 400 and "the result has 8192x8192 pixels" in answer.text
    answer = client.post(IMG2IMG, json={**wish, "width": 80, "height": 64})
    assert answer.status_code == 200 and threads[0].startswith("network")
    assert client.post(IMG2IMG, json={**wish, "inpaint_full_res": True}).status_code == 200


def test_a_large_picture_is_not_sent_ten_times_over():
    noise = np.random.default_rng(0).integers(0, 256, [64, 64, 4], np.uint8)
    noise[:20, :20, 3], noise[20:, :, 3], noise[:, 20:, 3] = 0, 255, 255
    sent = form(image=encoded(noise))
    with studio_client(Painter(), max_body=60_000) as client:
        few = client.post("/v1/images/edits", data={"n": "2"}, **sent)
        many = client.post("/v1/images/edits", data={"n": "10"}, **sent)
    assert few.status_code == 200 and len(few.json()["data"]) == 2
    assert many.status_code == 400 and many.json()["error"]["message"].startswith("n is 10, too")


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="needs Linux")
def test_an_answer_that_nobody_reads_is_not_kept_for_good():
    listening = bound("127.0.0.1", 0, stalled_seconds=1)
    listening.listen()
    with listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        accepted.settimeout(30)
        with accepted, pytest.raises(TimeoutError) as closed:
            accepted.sendall(bytes(2**25))
        assert closed.value.errno == errno.ETIMEDOUT  # the system's; our own has no number
