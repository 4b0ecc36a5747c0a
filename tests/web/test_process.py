"""The command as a process: started, asked, interrupted."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest
from web.harness import REASON, decoded, encoded, hole, mask_bytes, pixels

pytest.importorskip("fastapi", reason=REASON)

import httpx2 as httpx


@contextlib.contextmanager
def started(*arguments):
    """Address and process of a server; it is interrupted at the end and ends with status 130."""
    process = subprocess.Popen(
        [sys.executable, "-m", "inpaint_tf", "web", "--port=0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What runs in the background of a script ignores Ctrl-C, and so would the server.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env={name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"},
    )
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if line.startswith("serving at"):
                break
        found = re.search(r"serving at (http://127\.0\.0\.1:\d+)/", "".join(said))
        assert found, [*said, process.stderr.read()]
        yield found[1], said
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == "interrupted"
    finally:
        process.kill()
        process.communicate()


def test_beside_tf_serving_it_starts_without_tensorflow():
    with started("--backend=http://127.0.0.1:9", "--served_model=deepfill") as (address, said):
        assert said[0] == "model deepfill of http://127.0.0.1:9\n"
        assert httpx.get(address + "/health").json() == {"status": "ok"}
        page = httpx.get(address)
        assert page.status_code == 200 and "Paint over a thing" in page.text
        sent = {"image": encoded(pixels()), "mask": mask_bytes()}
        answer = httpx.post(address + "/inpaint", files=sent)
        assert answer.status_code == 502 and "cannot be reached" in answer.json()["detail"]


def test_a_port_that_is_taken_is_found_before_a_model_is_loaded(capsys, monkeypatch):
    from inpaint_tf.web import command

    monkeypatch.setattr(command, "make_backend", lambda *_: pytest.fail("loaded"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert command.main([f"--port={port}"]) == 2
    said = capsys.readouterr()
    assert f"--port {port} cannot be listened at" in said.err and said.out == ""


@pytest.mark.slow
def test_with_weights_of_its_own(tmp_path):
    import inpaint_tf
    from inpaint_tf.inference.compiled import CompiledGenerator
    from inpaint_tf.weights.safetensors import save_model

    path = tmp_path / "small.safetensors"
    save_model(path, inpaint_tf.create_model("deepfill_v1", width=2, attention=False))
    picture = pixels()
    with started(f"--weights={path}") as (address, said):
        assert re.match(r"model small in [\d.]+ s, first picture after [\d.]+ s\n", said[0])
        sent = {"image": encoded(picture), "mask": mask_bytes()}
        answer = httpx.post(address + "/inpaint", files=sent, timeout=120)
        inpainter = inpaint_tf.Inpainter(CompiledGenerator(inpaint_tf.load_model(path)))
        completed = inpainter(picture, hole())
        np.testing.assert_array_equal(decoded(answer.content), completed)
        assert (completed[hole()] != picture[hole()]).mean() > 0.5
