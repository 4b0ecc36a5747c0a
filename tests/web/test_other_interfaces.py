"""Requests of lama-cleaner's, OpenAI's and AUTOMATIC1111's clients."""

import base64
import json

import numpy as np
import pytest
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

# The form fields that ImageTrans sends to lama-cleaner.
LAMA_CLEANER = {
    "ldmSteps": "25",
    "ldmSampler": "plms",
    "zitsWireframe": "true",
    "hdStrategy": "Crop",
    "hdStrategyCropMargin": "196",
    "hdStrategyCropTrigerSize": "2048",
    "hdStrategyResizeLimit": "2048",
    "prompt": "",
    "negativePrompt": "",
    "croperX": "0",
    "useCroper": "false",
    "sdMaskBlur": "5",
    "sdStrength": "0.75",
    "sdSteps": "50",
    "sdSeed": "-1",
    "cv2Radius": "5",
    "cv2Flag": "INPAINT_NS",
    "paintByExampleSteps": "50",
    "p2pSteps": "50",
}


def files(**pictures):
    return {name: (f"{name}.png", data, "image/png") for name, data in pictures.items()}


def transparent(where):
    """A mask as OpenAI wants it: transparent where the hole is."""
    mask = np.full([*where.shape, 4], 255, np.uint8)
    mask[where, 3] = 0
    return encoded(mask)


def test_the_form_of_lama_cleaner(client, backend):
    picture = pixels()
    sent = files(image=encoded(picture), mask=mask_bytes())
    answer = client.post("/inpaint", data=LAMA_CLEANER, files=sent)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert_completed(decoded(answer.content), picture, backend.inpainter(picture, hole()))


@pytest.mark.parametrize(
    "sent, status, sentence",
    [
        ({"data": {"hdStrategy": "Crop"}}, 422, "the body is not a form"),
        ({"files": files(image=b"x")}, 400, "mask is missing"),
        ({"files": files(mask=b"x")}, 400, "image is missing"),
        ({"files": files(image=b"x", mask=b"y")}, 400, "image is not a PNG"),
        (
            {"content": b"--x\r\nnothing", "headers": {"Content-Type": "multipart/form-data"}},
            422,
            "the form is damaged",
        ),
    ],
)
def test_forms_that_cannot_be_used(client, sent, status, sentence):
    answer = client.post("/inpaint", **sent)
    assert answer.status_code == status and answer.json()["detail"].startswith(sentence)


@pytest.mark.parametrize("name", ["image", "image[]"])
def test_transparent_pixels_are_the_hole_for_openai(client, backend, name):
    picture = pixels()
    sent = {**files(mask=transparent(hole())), name: ("x.png", encoded(picture), "image/png")}
    wish = {"prompt": "nothing there", "model": "gpt-image-1", "n": "2", "size": "auto"}
    answer = client.post("/v1/images/edits", data=wish, files=sent)
    assert answer.status_code == 200, answer.text
    assert answer.json()["created"] > 0 and len(answer.json()["data"]) == 2
    result = decoded(base64.b64decode(answer.json()["data"][0]["b64_json"]))
    assert_completed(result, picture, backend.inpainter(picture, hole()))


def test_without_a_mask_the_picture_says_what_is_transparent_and_it_becomes_opaque(client, backend):
    picture = pixels(4)
    picture[..., 3] = np.where(hole(), 0, 255)
    wish = {"prompt": "", "response_format": "url", "output_format": "webp"}
    answer = client.post("/v1/images/edits", data=wish, files=files(image=encoded(picture)))
    address = answer.json()["data"][0]["url"]
    assert address.startswith("data:image/webp;base64,")
    answer = client.post("/v1/images/edits", files=files(image=encoded(picture)))
    result = decoded(base64.b64decode(answer.json()["data"][0]["b64_json"]))
    assert result.shape == (HEIGHT, WIDTH, 4) and (result[..., 3] == 255).all()
    color = picture[..., :3]
    assert_completed(result[..., :3], color, backend.inpainter(color, hole()))


@pytest.mark.parametrize(
    "data, pictures, sentence",
    [
        ({}, {}, "image is missing"),
        ({}, {"image": encoded(pixels())}, "image has no transparency"),
        ({"stream": "true"}, {"image": encoded(pixels())}, "stream is true"),
        ({"n": "11"}, {"image": encoded(pixels())}, "n: Input should be"),
        ({}, {"image": encoded(pixels()), "mask": mask_bytes()}, "mask has no transparency"),
        (
            {},
            {"image": encoded(pixels()), "mask": transparent(hole() | True)},
            "mask is transparent all over",
        ),
    ],
)
def test_openai_hears_in_its_own_form_what_is_wrong(client, data, pictures, sentence):
    sent = files(**pictures) or {"other": ("x", b"x")}
    answer = client.post("/v1/images/edits", data=data, files=sent)
    error = answer.json()["error"]
    assert answer.status_code in (400, 422) and error["type"] == "invalid_request_error"
    assert error["message"].startswith(sentence)


def stable_boy(picture, where):
    """The request of the plugin gimp-stable-boy: white keeps, so the mask is inverted."""
    return {
        "init_images": [data_url(encoded(picture))],
        "mask": data_url(mask_bytes(~where)),
        "inpainting_mask_invert": 1,
        "inpainting_fill": 1,
        "inpaint_full_res": True,
        "inpaint_full_res_padding": 10,
        "denoising_strength": 0.8,
        "mask_blur": 0,
        "prompt": "a wall",
        "negative_prompt": "",
        "seed": -1,
        "sampler_index": "Euler a",
        "steps": 25,
        "cfg_scale": 7.5,
        "width": 512,
        "height": 512,
        "n_iter": 1,
        "batch_size": 1,
        "override_settings": {"sd_model_checkpoint": "other"},
    }


def test_img2img(client, backend):
    picture = pixels()
    answer = client.post("/sdapi/v1/img2img", json=stable_boy(picture, hole()))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    result = decoded(base64.b64decode(body["images"][0]))
    assert_completed(result, picture, backend.inpainter(picture, hole()))
    info = json.loads(body["info"])
    assert info["all_seeds"] == [info["seed"]] and info["seed"] >= 0
    assert info["all_prompts"] == ["a wall"] and "Seed: " in info["infotexts"][0]
    assert (info["width"], info["height"]) == (WIDTH, HEIGHT)
    assert body["parameters"]["prompt"] == "a wall" and "mask" not in body["parameters"]


def test_img2img_of_another_size(client):
    wish = {**stable_boy(pixels(), hole()), "inpaint_full_res": False, "width": 64, "height": 40}
    body = client.post("/sdapi/v1/img2img", json=wish).json()
    assert decoded(base64.b64decode(body["images"][0])).shape == (40, 64, 3)


def test_img2img_blurs_the_seam_and_may_leave_the_picture_out():
    painter = Painter()
    wish = {**stable_boy(pixels(), hole()), "mask_blur": 4, "send_images": False}
    with studio_client(painter) as client:
        assert client.post("/sdapi/v1/img2img", json=wish).json()["images"] == []
    assert painter.seen[0][2].feather == 4
    np.testing.assert_array_equal(painter.seen[0][1], hole())


def test_img2img_without_picture_or_mask(client):
    answer = client.post("/sdapi/v1/img2img", json={"prompt": "a cat"})
    assert answer.status_code == 404 and answer.json()["detail"] == "Init image not found."
    wish = {"init_images": [text(encoded(pixels()))]}
    answer = client.post("/sdapi/v1/img2img", json=wish)
    assert answer.status_code == 400 and answer.json()["detail"].startswith("mask is missing")
    answer = client.post("/sdapi/v1/txt2img", json={"prompt": "a cat"})
    assert answer.status_code == 501 and "fills holes" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path, read",
    [
        ("/sdapi/v1/options", lambda a: a["sd_model_checkpoint"] == "tiny"),
        ("/sdapi/v1/sd-models", lambda a: a[0]["title"] == a[0]["model_name"] == "tiny"),
        ("/sdapi/v1/samplers", lambda a: isinstance(a[0]["name"], str)),
        ("/sdapi/v1/upscalers", lambda a: isinstance(a[0]["name"], str)),
        ("/sdapi/v1/sd-vae", lambda a: a == []),
        ("/sdapi/v1/face-restorers", lambda a: a == []),
        ("/sdapi/v1/prompt-styles", lambda a: a == []),
        ("/sdapi/v1/scripts", lambda a: a["txt2img"] == a["img2img"] == []),
        ("/sdapi/v1/loras", lambda a: a == []),
        ("/sdapi/v1/embeddings", lambda a: a["loaded"] == {}),
        ("/sdapi/v1/hypernetworks", lambda a: a == []),
        ("/sdapi/v1/progress", lambda a: a["progress"] == 0),
        ("/queue/status", lambda a: a["queue_size"] == 0),
        ("/controlnet/model_list", lambda a: a["model_list"] == []),
        ("/config", lambda a: "version" in a),
        ("/user", lambda a: a is None),
    ],
)
def test_what_its_clients_ask_first(client, path, read):
    answer = client.get(path)
    assert answer.status_code == 200 and read(answer.json())


def test_another_format_and_upright(client):
    data = encoded(pixels(), "TIFF")
    answer = client.post("/api/v1/convert", content=data)
    assert answer.headers["content-type"] == "image/png"
    np.testing.assert_array_equal(decoded(answer.content), pixels())
    answer = client.post("/api/v1/convert", content=data, headers={"Accept": "image/bmp"})
    assert answer.headers["content-type"] == "image/bmp" and answer.content[:2] == b"BM"
    assert client.post("/api/v1/convert", content=b"no").status_code == 400
