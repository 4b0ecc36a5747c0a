"""Dockerfile, Compose and nginx: what they say of the server is what the server takes."""

import json
import os
import re

import pytest
import yaml
from absl import flags

from inpaint_tf.errors import InputError
from inpaint_tf.web.command import define, settings_of
from inpaint_tf.web.settings import MEGABYTE, Settings

TOP = os.path.join(os.path.dirname(__file__), "..", "..")


def text(name):
    with open(os.path.join(TOP, "serving", name), encoding="utf-8") as file:
        return file.read()


def instructions(name):
    """What a Dockerfile says after a word, one string for each time."""
    lines = text("Dockerfile").replace("\\\n", " ")
    return re.findall(rf"^{name} +(.*)$", lines, re.MULTILINE)


def parsed(arguments):
    values = flags.FlagValues()
    define(values)
    assert values(["web", *arguments]) == ["web"]
    return values


def test_the_container_starts_the_server_and_needs_a_token(monkeypatch):
    monkeypatch.delenv("INPAINT_TF_TOKEN", raising=False)
    program, command, *arguments = json.loads(instructions("ENTRYPOINT")[0])
    assert (program, command) == ("inpaint", "web")
    service = yaml.safe_load(text("compose.yaml"))["services"]["web"]
    given = [re.sub(r"\$\{\w+:-(.*)\}", r"\1", one) for one in service["command"]]
    values = parsed([*arguments, *given])
    with pytest.raises(InputError, match="give --token"):
        settings_of(values)
    (name,) = service["environment"]
    monkeypatch.setenv(name, "secret")
    assert settings_of(values).token == "secret"
    assert (values.backend, values.served_model) == ("http://cpu:8501", "deepfill")
    assert instructions("EXPOSE") == [str(values.port)]
    assert service["ports"] == [f"127.0.0.1:{values.port}:{values.port}"]
    assert f"http://127.0.0.1:{values.port}/health" in instructions("HEALTHCHECK")[0]


def test_the_container_is_built_of_files_that_are_there_and_is_not_root():
    (user,) = instructions("USER")
    assert int(user) > 0 and f"--uid {user} " in instructions("RUN")[1]
    for line in instructions("COPY"):
        *sources, _ = line.split()
        assert all(os.path.exists(os.path.join(TOP, source)) for source in sources), line


def test_nginx_lets_through_what_the_server_takes_and_waits_longer():
    conf = text("nginx.conf")
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", conf)
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", conf)
    assert int(megabytes) * MEGABYTE == Settings().max_body
    assert int(seconds) > Settings().answer_seconds
    (port,) = re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", conf)
    assert int(port) == parsed([]).port
