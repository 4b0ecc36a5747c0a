"""`python -m inpaint_tf.web`: what it refuses, what it is told."""

import pytest
from absl import flags
from extras import reason_without

from inpaint_tf.errors import InputError
from inpaint_tf.web.command import define, is_loopback, main, settings_of
from inpaint_tf.web.settings import MEGABYTE, Settings


def settings(*arguments):
    values = flags.FlagValues()
    define(values)
    values(["web", *arguments])
    return settings_of(values)


@pytest.mark.parametrize(
    "host, alone",
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("photos.example", False),
    ],
)
def test_loopback(host, alone):
    assert is_loopback(host) is alone
    if alone:
        assert settings("--host", host).token is None
    else:
        with pytest.raises(InputError, match="lets others in; give --token SECRET, or --no_auth"):
            settings("--host", host)
        assert settings("--host", host, "--token", "x").token == "x"
        assert settings("--host", host, "--no_auth").token is None


def test_the_token_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("INPAINT_TF_TOKEN", "from there")
    assert settings("--host", "0.0.0.0").token == "from there"
    assert settings("--token", "from here").token == "from here"
    with pytest.raises(InputError, match="expected one of them"):
        settings("--no_auth")


def test_limits_reach_the_settings():
    given = settings(
        "--max_pixels=5000", "--max_megabytes=3", "--places=7", "--timeout=9", "--allow_host=A.b."
    )
    assert given.max_pixels == 5000 and given.max_body == 3 * MEGABYTE and given.places == 7
    assert given.answer_seconds == 9 and "a.b" in given.hosts
    assert settings() == Settings(hosts=("127.0.0.1",))


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (["--allow_origin", "example.org"], "--allow_origin example.org is not an origin"),
        (["--allow_origin", "https://example.org/page"], "is not an origin"),
        (["--backend", "grpc://"], "--backend grpc:// is unknown; expected local, http://HOST"),
        (["--backend", "ftp://x"], "--backend ftp://x is unknown; expected local, http://HOST"),
        (["--weights", "missing.safetensors"], "missing.safetensors does not exist"),
        (["--device", "tpu"], "--device tpu is unknown"),
        (["--host", "0.0.0.0"], "--host 0.0.0.0 lets others in"),
        (["--port", "70000"], "port"),
    ],
)
def test_bad_input_is_a_sentence(arguments, sentence, capsys):
    pytest.importorskip("fastapi", reason=reason_without("web"))
    assert main(["--port=0", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and sentence in said.err


def test_without_the_extra_it_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "uvicorn", None)
    pytest.importorskip("fastapi", reason=reason_without("web"))
    assert main([]) == 2
    assert "uvicorn; pip install 'inpaint_tf[web]' brings it" in capsys.readouterr().err
