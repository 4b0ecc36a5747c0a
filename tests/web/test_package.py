"""The page as files: small, complete, nothing from elsewhere."""

import re

import pytest
from extras import reason_without

pytest.importorskip("fastapi", reason=reason_without("web"))

from inpaint_tf.web.pages import STATIC

CODE = (".html", ".js", ".css", ".svg")


def code():
    files = [file for file in STATIC.iterdir() if file.name.endswith(CODE)]
    return {file.name: file.read_text("utf-8") for file in files}


def test_the_code_of_the_page_is_small():
    assert 20_000 < sum(len(text.encode()) for text in code().values()) < 60_000
    for name, text in code().items():
        assert len(text.splitlines()) <= 300, name


def test_nothing_comes_from_elsewhere():
    for name, text in code().items():
        addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}, name


def test_everything_that_is_named_exists():
    there = {file.name for file in STATIC.iterdir()}
    texts = code()
    named = set(re.findall(r"static/([\w.-]+)", " ".join(texts.values())))
    imported = set(re.findall(r"from \"\./([\w.-]+)\"", " ".join(texts.values())))
    assert named | imported <= there and len(imported) >= 9
    unused = there - named - imported - {"index.html", "docs.html"}
    assert not unused
    ids = set(re.findall(r'id="([\w-]+)"', texts["index.html"]))
    asked = set(re.findall(r'\$\("([\w-]+)"\)', texts["main.js"]))
    assert asked <= ids
