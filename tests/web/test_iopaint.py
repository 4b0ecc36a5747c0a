"""Requests as IOPaint's clients send them, and what its own clients expect back."""

import base64
import io

import numpy as np
import pytest
from PIL import Image, ImageCms
from web.harness import (
    HEIGHT,
    REASON,
    WIDTH,
    Painter,
    assert_completed,
    data_url,
    decoded,
    encoded,
    hole,
    mask_bytes,
    pixels,
    studio_client,
    text,
)

pytest.importorskip("fastapi", reason=REASON)

from inpaint_tf.inference.photo import join, photo_of

# Every key that the page of IOPaint 1.6 sends, two of them misspelt there.
PAGE_KEYS = {
    "name": "",
    "ldm_steps": 30,
    "ldm_sampler": "ddim",
    "zits_wireframe": True,
    "cv2_flag": "INPAINT_NS",
    "cv2_radius": 5,
    "hd_strategy": "Crop",
    "hd_strategy_crop_triger_size": 640,
    "hd_strategy_crop_margin": 128,
    "hd_trategy_resize_imit": 2048,
    "prompt": "",
    "negative_prompt": "out of frame",
    "use_croper": False,
    "croper_x": 0,
    "croper_y": 0,
    "croper_height": 512,
    "croper_width": 512,
    "use_extender": False,
    "extender_x": 0,
    "extender_y": 0,
    "extender_height": 640,
    "extender_width": 640,
    "sd_mask_blur": 12,
    "sd_strength": 1.0,
    "sd_steps": 50,
    "sd_guidance_scale": 7.5,
    "sd_sampler": "DPM++ 2M",
    "sd_seed": 42,
    "sd_match_histograms": False,
    "sd_lcm_lora": False,
    "paint_by_example_example_image": None,
    "p2p_image_guidance_scale": 1.5,
    "enable_controlnet": False,
    "controlnet_conditioning_scale": 0.4,
    "controlnet_method": "lllyasviel/control_v11p_sd15_canny",
    "enable_brushnet": False,
    "enable_powerpaint_v2": False,
    "powerpaint_task": "text-guided",
}
PATH = "/api/v1/inpaint"


def ask(client, image, mask=None, headers=None, **more):
    body = {"image": text(image), "mask": text(mask or mask_bytes()), **more}
    return client.post(PATH, json=body, headers=headers)


@pytest.mark.parametrize("write", [text, data_url])
def test_the_request_of_its_page_is_answered_with_the_picture(client, backend, write):
    picture = pixels()
    body = {"image": write(encoded(picture)), "mask": write(mask_bytes()), **PAGE_KEYS}
    answer = client.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-seed"] == "42" and float(answer.headers["x-seconds"]) > 0
    assert_completed(decoded(answer.content), picture, backend.inpainter(picture, hole()))


def test_a_data_url_without_a_picture_type_is_taken(client):
    url = data_url(encoded(pixels()), "application/octet-stream")
    assert client.post(PATH, json={"image": url, "mask": text(mask_bytes())}).status_code == 200


def test_strokes_as_its_page_paints_them_are_the_hole():
    strokes = np.zeros([HEIGHT, WIDTH, 4], np.uint8)
    strokes[hole()] = (255, 203, 0, 186)
    strokes[10, 5] = (255, 204, 0, 130)  # of the soft edge of a stroke the inner half is hole
    strokes[11, 5] = (255, 204, 0, 120)
    painter = Painter()
    with studio_client(painter) as client:
        assert ask(client, encoded(pixels()), encoded(strokes)).status_code == 200
    where = hole()
    where[10, 5] = True
    np.testing.assert_array_equal(painter.seen[0][1], where)


@pytest.mark.parametrize("suffix", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
def test_the_format_stays(client, suffix):
    answer = ask(client, encoded(pixels(), suffix))
    assert answer.headers["content-type"] == f"image/{suffix.lower()}"
    assert Image.open(io.BytesIO(answer.content)).format == suffix


def test_a_lossy_format_is_answered_without_loss_if_asked(client, backend):
    data = encoded(pixels(), "JPEG")
    answer = ask(client, data, headers={"Accept": "image/png"})
    picture = decoded(data)
    assert answer.headers["content-type"] == "image/png"
    assert_completed(decoded(answer.content), picture, backend.inpainter(picture, hole()))


@pytest.mark.parametrize("channels, dtype", [(1, np.uint8), (2, np.uint8), (4, np.uint8)])
def test_grey_and_transparency_stay(client, channels, dtype):
    picture = pixels(channels, dtype)
    got = decoded(ask(client, encoded(picture)).content)
    assert got.shape == picture.shape and got.dtype == dtype
    np.testing.assert_array_equal(got[~hole()], picture[~hole()])
    if channels in (2, 4):
        np.testing.assert_array_equal(got[..., -1], picture[..., -1])


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_stay(client, backend, channels):
    from inpaint_tf.inference.deep_png import deep_png

    picture = pixels(channels, np.uint16)
    got = join(photo_of(io.BytesIO(ask(client, deep_png(picture)).content), "it"))
    assert got.dtype == np.uint16
    color = picture[..., :3] if channels == 4 else picture
    want = backend.inpainter(color, hole())
    np.testing.assert_array_equal(got[..., :3] if channels == 4 else got, want)


def test_profile_and_camera_stay_and_the_picture_comes_back_upright(client, backend):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera", 6
    upright = pixels()
    data = encoded(np.rot90(upright).copy(), icc_profile=profile, exif=exif.tobytes())
    answer = ask(client, data)
    back = Image.open(io.BytesIO(answer.content))
    assert back.info["icc_profile"] == profile
    assert back.getexif()[0x010F] == "Camera" and 0x0112 not in back.getexif()
    assert_completed(np.asarray(back), upright, backend.inpainter(upright, hole()))


def test_without_a_hole_the_file_comes_back_as_it_is(client):
    data = encoded(pixels(), "JPEG")
    answer = ask(client, data, mask_bytes(np.zeros([HEIGHT, WIDTH], bool)))
    assert answer.content == data
    assert "no%20hole" in answer.headers["x-notices"] or "no hole" in answer.headers["x-notices"]


def test_json_for_those_who_ask(client, backend):
    picture = pixels()
    headers = {"Accept": "application/json"}
    answer = ask(client, encoded(picture), headers=headers, sd_seed=5).json()
    assert set(answer) == {"image", "format", "seconds", "seed", "model", "notices"}
    assert answer["seed"] == 5 and answer["model"] == "tiny" and answer["format"] == "PNG"
    result = decoded(base64.b64decode(answer["image"]))
    assert_completed(result, picture, backend.inpainter(picture, hole()))


def test_a_drawn_seed_is_told(client):
    seeds = {ask(client, encoded(pixels()), sd_seed=-1).headers["x-seed"] for _ in range(3)}
    assert len(seeds) == 3 and "-1" not in seeds


def test_our_own_options_reach_the_hole_and_the_network():
    painter = Painter()
    with studio_client(painter) as client:
        black = mask_bytes(~hole())
        answer = ask(client, encoded(pixels()), black, invert_mask=True, grow=3, feather=4)
    assert answer.status_code == 200
    where, options = painter.seen[0][1:]
    assert where[hole()].all() and where.sum() > hole().sum() and options.feather == 4
    assert where[17, 50] and not where[16, 50] and where[30, 41] and not where[30, 40]


def test_a_mask_of_another_size_is_resized_with_a_notice():
    painter = Painter()
    with studio_client(painter) as client:
        answer = ask(client, encoded(pixels()), mask_bytes(hole()[::2, ::2]))
    assert "resized" in answer.headers["x-notices"]
    np.testing.assert_array_equal(painter.seen[0][1], hole())


@pytest.mark.parametrize(
    "body, status, sentence",
    [
        ({}, 422, "image: Field required."),
        ({"image": "AAAA"}, 400, "mask is missing"),
        ({"image": "AAAA", "mask": ""}, 400, "mask is missing"),
        ({"image": "AAAA", "mask": "%%%"}, 400, "mask is not base64"),
        ({"image": text(b"nothing"), "mask": text(mask_bytes())}, 400, "image is not a PNG"),
        ({"image": text(encoded(pixels())), "mask": text(b"x")}, 400, "mask is not a PNG"),
        ({"image": "AAAA", "mask": "AAAA", "grow": "much"}, 422, "grow: "),
        ({"image": "AAAA", "mask": "AAAA", "hd_strategy": "Magic"}, 422, "hd_strategy: "),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(client, body, status, sentence):
    answer = client.post(PATH, json=body)
    assert answer.status_code == status
    said = answer.json()
    assert set(said) == {"error", "detail", "body", "errors"} and said["body"] == ""
    assert said["detail"].startswith(sentence) and said["detail"].endswith(".")


def test_no_json_at_all(client):
    answer = client.post(PATH, content=b"[" * 5000)
    assert answer.status_code == 422 and "JSON" in answer.json()["detail"]


def test_what_is_asked_before_a_picture_is_sent(client):
    config = client.get("/api/v1/server-config").json()
    assert config["modelInfos"][0]["name"] == "tiny" and config["plugins"] == []
    assert client.get("/api/v1/model").json()["name"] == "tiny"
    assert client.post("/api/v1/model", json={"name": "lama"}).json()["name"] == "tiny"
    assert client.get("/api/v1/samplers").json() == []


@pytest.mark.parametrize(
    "operate, inside, outside",
    [("expand", (17, 50), (16, 50)), ("shrink", (23, 50), (22, 50)), ("reverse", (0, 0), (30, 60))],
)
def test_masks_are_changed(client, operate, inside, outside):
    body = {"mask": data_url(mask_bytes()), "operate": operate, "kernel_size": 3}
    answer = client.post("/api/v1/adjust_mask", json=body)
    strokes = decoded(answer.content)
    assert strokes.shape == (HEIGHT, WIDTH, 4) and answer.headers["content-type"] == "image/png"
    assert tuple(strokes[inside]) == (255, 203, 0, 186) and tuple(strokes[outside]) == (0, 0, 0, 0)


def test_an_unknown_change_of_a_mask(client):
    body = {"mask": text(mask_bytes()), "operate": "melt"}
    answer = client.post("/api/v1/adjust_mask", json=body)
    assert answer.status_code == 400 and "expand, shrink, reverse" in answer.json()["detail"]


def test_what_is_erased_may_be_the_hole(backend, client):
    picture = pixels(4)
    picture[..., 3] = np.where(hole(), 0, 255)
    body = {"image": text(encoded(picture)), "transparent_hole": True}
    result = decoded(client.post(PATH, json=body).content)
    assert (result[..., 3] == 255).all()
    color = picture[..., :3]
    assert_completed(result[..., :3], color, backend.inpainter(color, hole()))


@pytest.mark.slow
def test_detail_and_its_seed_are_the_clients_choice(backend, client):
    from inpaint_tf.inference.inpainter import Inpainter

    picture, model = pixels(), backend.inpainter.model
    for detail, seed in (("off", 0), ("on", 6)):
        want = Inpainter(model, detail == "on", seed % 4)(picture, hole())
        answer = ask(client, encoded(picture), detail=detail, sd_seed=seed)
        assert_completed(decoded(answer.content), picture, want)
    with_detail = Inpainter(model, True)(picture, hole())
    assert (with_detail != Inpainter(model, False)(picture, hole())).any()
