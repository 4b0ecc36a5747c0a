"""What the client sends of a photo, and what it takes of an answer."""

import base64
import io
import json

import numpy as np
import pytest
from client_harness import ask
from made_files import HEIGHT, WIDTH, encoded, exif_block, jpeg_with, noise
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.export import rest, upload
from inpaint_tf.export.upload import put_back, read_upload
from inpaint_tf.inference.photo import Photo, photo_of
from inpaint_tf.inference.photo_write import photo_bytes


def hole():
    where = np.zeros([HEIGHT, WIDTH], bool)
    where[2:7, 3:15] = True
    return where


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(hole().astype(np.uint8) * 255).save("m.png")
    return tmp_path


def sent(data, name="a.png"):
    """`read_upload` of a file with these bytes."""
    with open(name, "wb") as file:
        file.write(data)
    return read_upload(name, "m.png")


def pixels_of(data):
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pixels_are_sent_as_servers_take_them(here, channels):
    given = noise(channels)
    photo, where, image, mask, notices = sent(encoded("PNG", given))
    want = np.dstack([given[..., 0]] * 3 + [given[..., 1]]) if channels == 2 else given
    np.testing.assert_array_equal(pixels_of(image), want)
    np.testing.assert_array_equal(pixels_of(mask), hole() * np.uint8(255))
    np.testing.assert_array_equal(where, hole())
    assert photo.color.shape[:2] == (HEIGHT, WIDTH)
    assert any("transparent" in sentence for sentence in notices) == (
        channels in (2, 4) and bool((given[..., -1][hole()] == 0).any())
    )


@pytest.mark.parametrize("gray", [False, True])
def test_a_plain_jpeg_is_sent_without_what_is_beside_its_pixels(here, gray):
    pixels = noise()[..., 0] if gray else noise()
    data = encoded("JPEG", pixels)
    image = sent(jpeg_with([(0xE1, b"Exif\0\0" + exif_block([(271, 2, 4, b"cam\0")]))], pixels))[2]
    assert image == data


def turned(orientation):
    block = b"Exif\0\0" + exif_block([(274, 3, 1, orientation * 2**16)])
    return jpeg_with([(0xE1, block)], noise())


@pytest.mark.parametrize(
    "data",
    [
        encoded("JPEG", noise())[:-2],  # a notice: servers may take it otherwise
        *(turned(orientation) for orientation in (2, 3, 6)),
        photo_bytes(Photo(noise()), "TIFF", "a.tif")[0],
    ],
)
def test_other_files_are_sent_as_pixels(here, data):
    photo, _, image, _, notices = sent(data)
    assert image.startswith(b"\x89PNG")
    np.testing.assert_array_equal(pixels_of(image), photo.color)
    assert notices[: len(photo.notices)] == list(photo.notices)


def test_inks_are_sent_as_colours(here):
    file = io.BytesIO()
    Image.new("CMYK", (WIDTH, HEIGHT), (255, 0, 0, 0)).save(file, "JPEG")
    photo, _, image, _, notices = sent(file.getvalue())
    np.testing.assert_array_equal(pixels_of(image), photo.color)
    assert photo.color.shape == (HEIGHT, WIDTH, 3) and "CMYK" in notices[0]
    assert upload._plain_jpeg("a.png", photo._replace(notices=())) is None


def test_faces_and_notices_of_the_hole(here, monkeypatch):
    asked = []

    def find(photo, mask, source, name):
        asked.append((mask, source.face_region, name))
        return hole(), ["one", "two"]

    monkeypatch.setattr(upload, "find_hole", find)
    with open("a.png", "wb") as file:
        file.write(encoded("PNG", noise())[:-1])
    notices = read_upload("a.png", None, "mouth")[4]
    assert asked == [(None, "mouth", "a.png")]
    assert "end mark" in notices[0] and notices[1:] == ["one", "two"]


def answered(photo, pixels, file_format="PNG"):
    data = pixels if isinstance(pixels, bytes) else encoded(file_format, pixels)
    return put_back(photo, hole(), data, "host").color


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_only_the_hole_is_taken(channels):
    photo = photo_of(io.BytesIO(encoded("PNG", noise(channels))), "x")
    other = noise(channels, seed=1)
    # Grey with transparency goes as four channels, and comes back so.
    answer = np.dstack([other[..., 0]] * 3 + [other[..., 1]]) if channels == 2 else other
    want = photo.color.copy()
    want[hole()] = {1: other, 2: other[..., 0], 3: other, 4: other[..., :3]}[channels][hole()]
    np.testing.assert_array_equal(answered(photo, answer), want)


@pytest.mark.parametrize(
    "answer",
    [
        encoded("JPEG", noise()),
        encoded("BMP", noise()),
        encoded("PNG", noise())[:200],
        encoded("PNG", np.zeros([HEIGHT + 1, WIDTH, 3], np.uint8)),
        b"",
    ],
)
def test_what_is_no_png_of_its_size_is_refused(answer):
    with pytest.raises(InputError, match="host answered with something .* PNG file of 22x13"):
        answered(Photo(noise()), answer)


@pytest.mark.parametrize(
    "pixels", [noise(1), noise(4), np.zeros([HEIGHT - 1, WIDTH, 3], np.uint8), noise(1) > 9]
)
def test_other_channels_and_sizes_are_refused(pixels):
    with pytest.raises(InputError, match=r"host answered with pixels of shape .*, expected \(13, "):
        answered(Photo(noise()), pixels)


def test_deeper_pixels_are_refused():
    deep = photo_bytes(Photo(noise(3, np.uint16)), "PNG", "x")[0]
    with pytest.raises(InputError, match="host answered with pixels of shape"):
        answered(Photo(noise()), deep)


def test_the_client_asks_by_name_and_version_and_says_what_it_noticed(here, server, capsys):
    with open("a.png", "wb") as file:
        file.write(encoded("PNG", noise()))
    Image.fromarray(np.kron(hole(), np.ones([2, 2])).astype(np.uint8) * 255).save("large.png")
    value = {"b64": base64.b64encode(encoded("PNG", noise(seed=1))).decode()}
    answer = {"predictions": [{"completed_bytes": value, "error_bytes": {"b64": ""}}]}
    server.answer = lambda *_: (200, json.dumps(answer).encode())
    flags = ["--model=a/b c", "--version=3", "--output=b.jpg"]
    server.address = f"http://{server.address}/"
    assert ask(server, *flags, image="a.png", mask="large.png") == 0
    ((path, body),) = server.requests
    assert path == "/v1/models/a%2Fb%20c/versions/3:predict"
    (item,) = body["instances"]
    got = {name: pixels_of(base64.b64decode(value["b64"])) for name, value in item.items()}
    np.testing.assert_array_equal(got["image_bytes"], noise())
    np.testing.assert_array_equal(got["mask_bytes"], hole() * np.uint8(255))
    said = capsys.readouterr().out
    assert "large.png is 44x26" in said and "quality 95" in said
    assert ask(server, image="a.png", mask="") == 2
    assert "--mask is needed" in capsys.readouterr().err
    assert len(server.requests) == 1


@pytest.mark.parametrize("address", ["http://:80", "localhost:0", "http://", "//x"])
def test_addresses_without_a_name_or_port(address):
    with pytest.raises(InputError, match="is not an address"):
        rest.ask(address, "m", None, {}, 1)


def test_reasons_are_a_line_of_bounded_length():
    assert rest.reason_of(b"a\n \t b. \xff" + b"." * 9) == "a b. \ufffd"
    assert rest.reason_of("a" + " " * 900 + "b") == "a b"
    assert rest.reason_of("x" * 900) == "x" * 300
