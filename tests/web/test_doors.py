"""Who is let in, and what every answer tells a browser."""

import base64
from urllib.parse import quote

import pytest
from web.harness import REASON, Painter, encoded, mask_bytes, pixels, studio_client, text

pytest.importorskip("fastapi", reason=REASON)

PATH = "/api/v1/inpaint"
TOKEN = "a secret, with spaces; and signs+"


def body():
    return {"image": text(encoded(pixels())), "mask": text(mask_bytes())}


@pytest.fixture(scope="module")
def open_door():
    with studio_client(Painter(), hosts=("photos.example",)) as client:
        yield client


@pytest.fixture(scope="module")
def locked():
    with studio_client(Painter(), token=TOKEN, origins=("https://other.example",)) as client:
        yield client


@pytest.mark.parametrize(
    "host, status",
    [
        ("localhost", 200),
        ("LOCALHOST:8080", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("192.168.1.7", 200),
        ("photos.example", 200),
        ("photos.example.", 200),
        ("evil.photos.example", 421),
        ("evilphotos.example", 421),
        ("evil.example", 421),
        ("localhost.evil.example:8080", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
        ("[", 421),
    ],
)
def test_names_that_are_not_ours_are_refused(open_door, host, status):
    answer = open_door.get("/ready", headers={"Host": host})
    assert answer.status_code == status
    if status != 200:
        assert "--allow_host" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_pages_of_other_sites_may_not_send_pictures(open_door, headers, status):
    assert open_door.post(PATH, json=body(), headers=headers).status_code == status
    assert open_door.get("/health", headers=headers).status_code == 200  # links may lead here


def basic(password):
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"Authorization": basic(TOKEN)}, 200),
        ({"Authorization": f"bearer  {TOKEN} "}, 200),
        ({"Authorization": basic(TOKEN).replace("Basic", "BASIC")}, 200),
        ({"Authorization": "Bearer wrong", "Cookie": f"inpaint_tf_token={quote(TOKEN)}"}, 200),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"Access-Control-Request-Method": "POST"}, 401),
        ({"Authorization": basic("wrong")}, 401),
        ({"Authorization": "Basic ###"}, 401),
        ({"Authorization": "Basic /w=="}, 401),  # no text
        ({"Cookie": "inpaint_tf_token=wrong"}, 401),
        ({"Authorization": TOKEN}, 401),
    ],
)
def test_the_token_opens(locked, headers, status):
    locked.cookies.clear()
    assert locked.post(PATH, json=body(), headers=headers).status_code == status
    answer = locked.get("/", headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic")
        assert locked.get("/metrics", headers=headers).status_code == 401
    assert locked.get("/health").status_code == 200
    for path in ("/healthy", "/health/x"):
        assert locked.get(path, headers=headers).status_code == (401 if status == 401 else 404)


def test_an_address_with_the_token_becomes_a_cookie(locked):
    locked.cookies.clear()
    answer = locked.get("/docs", params={"token": TOKEN, "x": "1"}, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/docs?x=1"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    assert f"max-age={30 * 24 * 3600};" in cookie
    assert locked.get("/").status_code == 200
    locked.cookies.clear()
    for wrong in ({"token": "wrong"}, {"x": TOKEN}):
        assert locked.get("/", params=wrong).status_code == 401
    answer = locked.get(
        "http://localhost//evil.example/", params={"token": TOKEN}, follow_redirects=False
    )
    assert answer.headers["location"] == "/evil.example/"
    answer = locked.get("https://localhost/", params={"token": TOKEN}, follow_redirects=False)
    assert "secure" in answer.headers["set-cookie"].lower().split("; ")


def test_programs_may_send_the_token_in_the_address_each_time(locked):
    locked.cookies.clear()
    answer = locked.post(PATH, params={"token": TOKEN}, json=body(), follow_redirects=False)
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert locked.post(PATH, params={"token": "wrong"}, json=body()).status_code == 401


def test_only_named_pages_elsewhere_may_ask(locked, open_door):
    ask = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    ask["Access-Control-Request-Headers"] = "authorization,content-type"
    answer = locked.options(PATH, headers=ask)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://other.example"
    locked.cookies.clear()
    assert locked.options(PATH, headers={"Origin": "https://other.example"}).status_code == 401
    given = {"Origin": "https://other.example", "Authorization": f"Bearer {TOKEN}"}
    answer = locked.post(PATH, json=body(), headers=given)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://other.example"
    for client, origin in ((locked, "https://evil.example"), (open_door, "https://other.example")):
        answer = client.options(PATH, headers={**ask, "Origin": origin})
        assert answer.status_code in (400, 403)
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/nothing", "/openapi.json"])
def test_every_answer_is_closed_to_what_is_not_ours(open_door, path):
    headers = open_door.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


def test_the_description_names_every_interface(open_door):
    paths = open_door.get("/openapi.json").json()["paths"]
    named = {PATH, "/inpaint", "/v1/images/edits", "/sdapi/v1/img2img", "/api/v1/adjust_mask"}
    assert named <= set(paths)
    content = paths[PATH]["post"]["requestBody"]["content"]["application/json"]
    assert content["schema"]["required"] == ["image"]
    assert {"mask", "sd_seed", "grow"} <= set(content["schema"]["properties"])
