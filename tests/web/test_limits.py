"""A server takes on only what it can do, and drops what nobody waits for any more."""

import asyncio
import json
import threading
import time

import numpy as np
import pytest
from web.harness import REASON, Painter, decoded, encoded, hole, mask_bytes, pixels, text

pytest.importorskip("fastapi", reason=REASON)

import httpx2 as httpx

from inpaint_tf.web.app import make_app
from inpaint_tf.web.settings import Settings

PATH = "/api/v1/inpaint"
JSON = {"Content-Type": "application/json"}


def body(height=72, width=104):
    where = hole(height, width)
    return {
        "image": text(encoded(pixels(height=height, width=width))),
        "mask": text(mask_bytes(where)),
    }


def run(backend, settings, steps):
    """Runs `steps`, a coroutine of an asynchronous client, against a server in this process."""

    async def main():
        transport = httpx.ASGITransport(make_app(backend, settings), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await steps(client)

    return asyncio.run(main())


class Gate:
    """Lets work through when it is opened."""

    def __init__(self):
        self.open, self.reached = threading.Event(), threading.Event()

    def __call__(self):
        self.reached.set()
        assert self.open.wait(20)


def test_one_more_than_there_are_places_is_sent_away():
    gate = Gate()
    painter = Painter(wait=gate)

    async def steps(client):
        asked = [asyncio.ensure_future(client.post(PATH, json=body())) for _ in range(5)]
        done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        while len(done) < 2:
            done, _ = await asyncio.wait(asked, timeout=0.05)
        ready = await client.get("/ready")
        metrics = (await client.get("/metrics")).text
        gate.open.set()
        return await asyncio.gather(*asked), ready, metrics, await client.get("/ready")

    answers, full, metrics, free = run(painter, Settings(places=3), steps)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 200, 503, 503] and len(painter.seen) == 3
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "5" and "busy" in refused.json()["detail"]
    assert full.status_code == 503 and full.json()["line"] == 3 and free.status_code == 200
    assert "inpaint_line 3.0" in metrics


def test_what_waits_is_dropped_when_its_client_goes_away():
    gate = Gate()
    painter = Painter(wait=gate)

    async def steps(client):
        first = asyncio.ensure_future(client.post(PATH, json=body()))
        await asyncio.to_thread(gate.reached.wait, 20)
        leaving = asyncio.ensure_future(client.post(PATH, json=body()))
        while (await client.get("/ready")).json()["line"] < 2:
            await asyncio.sleep(0.02)
        leaving.cancel()
        while (await client.get("/ready")).json()["line"] > 1:
            await asyncio.sleep(0.02)
        gate.open.set()
        return await first

    assert run(painter, Settings(), steps).status_code == 200
    assert len(painter.seen) == 1


def test_what_runs_is_finished_and_thrown_away_when_its_time_is_up():
    gate = Gate()
    painter = Painter(wait=gate)

    async def steps(client):
        asked = [asyncio.ensure_future(client.post(PATH, json=body())) for _ in range(2)]
        late = await asyncio.gather(*asked)
        gate.open.set()
        return late, await client.post(PATH, json=body())

    late, after = run(painter, Settings(answer_seconds=0.5), steps)
    assert [answer.status_code for answer in late] == [504, 504]
    assert "within 0.5 seconds" in late[0].json()["detail"]
    assert after.status_code == 200 and len(painter.seen) == 2  # the second was never begun


def test_bodies_are_bounded_each_and_together():
    most = 4000

    async def steps(client):
        async def slowly():
            yield b"[" * 3000
            await asyncio.sleep(1)
            yield b"]"

        slow = asyncio.ensure_future(client.post(PATH, content=slowly()))
        await asyncio.sleep(0.2)
        stated = await client.post(PATH, content=b"x" * (most + 1))

        async def pieces():
            for _ in range(9):
                yield b"x" * 1000

        unstated = await client.post(PATH, content=pieces())
        crowded = await client.post(PATH, content=b"x" * 3000)
        await slow
        after = await client.post(PATH, content=b"x" * 3000)
        return stated, unstated, crowded, after

    settings = Settings(max_body=most, max_bodies=5000)
    stated, unstated, crowded, after = run(Painter(), settings, steps)
    assert stated.status_code == 413 and "4000 bytes allowed" in stated.json()["detail"]
    assert unstated.status_code in (413, 503)
    assert crowded.status_code == 503 and crowded.headers["retry-after"]
    assert after.status_code == 422


def test_a_body_that_does_not_arrive():
    async def steps(client):
        async def stalled():
            yield b"{"
            await asyncio.sleep(2)

        return await client.post(PATH, content=stalled())

    answer = run(Painter(), Settings(body_seconds=0.2), steps)
    assert answer.status_code == 408 and "within 0.2 seconds" in answer.json()["detail"]


def test_pictures_are_bounded_before_they_are_decoded():
    async def steps(client):
        wide = text(encoded(np.zeros([8, 60000], np.uint8)))
        start = time.perf_counter()
        answers = []
        for wish in ({**body(), "image": wide}, {**body(), "mask": wide}):
            answers.append(await client.post(PATH, json=wish))
        return answers, time.perf_counter() - start

    answers, seconds = run(Painter(), Settings(max_pixels=100_000), steps)
    for name, answer in zip(("image", "mask"), answers):
        assert answer.status_code == 400 and seconds < 5
        assert answer.json()["detail"].startswith(f"{name} has 60000x8 pixels, more than")


def test_memory_used_up_is_a_sentence():
    class Exhausted(Painter):
        def __call__(self, photo, hole, options):
            import tensorflow as tf

            from inpaint_tf.cli.device import memory_named

            with memory_named("the picture (104x72)"):
                raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    answer = run(Exhausted(), Settings(), lambda client: client.post(PATH, json=body()))
    assert answer.status_code == 400 and "more memory than there is" in answer.json()["detail"]


def test_a_fault_of_our_own_is_a_sentence_too_and_is_counted():
    class Broken(Painter):
        def __call__(self, photo, hole, options):
            raise RuntimeError("secret")

    async def steps(client):
        return await client.post(PATH, json=body()), (await client.get("/metrics")).text

    answer, metrics = run(Broken(), Settings(), steps)
    assert answer.status_code == 500 and "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert f'inpaint_requests_total{{route="{PATH}",status="500"}} 1.0' in metrics


def test_what_prometheus_is_told():
    async def steps(client):
        for path in (PATH, PATH, "/made/up", "/made/up/too"):
            await client.post(path, json=body())
        return (await client.get("/metrics")).text.splitlines()

    metrics = run(Painter(wait=lambda: time.sleep(0.06)), Settings(), steps)
    told = dict(line.rsplit(" ", 1) for line in metrics if not line.startswith("#"))
    assert told[f'inpaint_requests_total{{route="{PATH}",status="200"}}'] == "2.0"
    assert told['inpaint_requests_total{route="other",status="404"}'] == "2.0"
    assert told[f'inpaint_answer_seconds_count{{route="{PATH}"}}'] == "2.0"
    assert told["inpaint_work_seconds_count"] == "2.0" and told["inpaint_line"] == "0.0"
    assert float(told["inpaint_work_seconds_sum"]) > 0.12
    size = float(told["inpaint_picture_megapixels_sum"])
    assert abs(size - 2 * 72 * 104 / 1e6) < 1e-9


def test_many_at_once_get_the_right_answer_or_a_clean_refusal():
    async def steps(client):
        async def one(number):
            picture = pixels(seed=number, height=40 + number % 7, width=90)
            sent = {
                "image": text(encoded(picture)),
                "mask": text(mask_bytes(hole(*picture.shape[:2]))),
            }
            return picture, await client.post(PATH, json=sent)

        return await asyncio.gather(*(one(number) for number in range(200)))

    answers = run(Painter(), Settings(places=40), steps)
    fine = [(picture, answer) for picture, answer in answers if answer.status_code == 200]
    assert {answer.status_code for _, answer in answers} == {200, 503} and len(fine) >= 40
    for picture, answer in fine:
        expected = picture.copy()
        expected[hole(*picture.shape[:2])] = 77
        np.testing.assert_array_equal(decoded(answer.content), expected)


@pytest.mark.parametrize("part", [b"[],", b'{"a":', b"0,", b"["])
@pytest.mark.parametrize("path", [PATH, "/sdapi/v1/img2img"])
def test_json_of_many_parts_is_not_taken_apart(path, part):
    painter = Painter()

    async def steps(client):
        bodies = [b'{"mask": "", "image": ' + start + part * 200_000 for start in (b"[", b"")]
        bodies.append(json.dumps({**body(), "more": [0] * 50_000}).encode())
        return [await client.post(path, content=each, headers=JSON) for each in bodies]

    *refused, fine = run(painter, Settings(), steps)
    assert [answer.status_code for answer in refused] == [422, 422]
    assert all("too many parts" in answer.text for answer in refused)
    assert path != PATH or fine.status_code == 200
