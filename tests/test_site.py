"""The documentation as a site, and the reference that is built from docstrings."""

import html
import pathlib
import re
import subprocess
import sys

import pytest
from extras import needs_extra

import inpaint_tf

ROOT = pathlib.Path(inpaint_tf.__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference.md"
checkout = pytest.mark.skipif(not REFERENCE.is_file(), reason="the package is not a checkout")


@checkout
def test_reference_names_everything_public():
    text = REFERENCE.read_text()
    named = {line.rpartition(".")[2] for line in re.findall(r"^::: (\S+)", text, re.M)}
    assert set(inpaint_tf.__all__) - {"layers"} <= named
    assert set(inpaint_tf.layers.__all__) <= named


@checkout
@pytest.mark.slow
@needs_extra("docs", "mkdocstrings")
def test_site_is_built_without_warnings(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    page = html.unescape((tmp_path / "reference" / "index.html").read_text())
    text = re.sub(r"<[^>]+>", "", page)
    assert "Rebuilds the foreground from patches of the background" in text
    assert "inverse temperature of the softmax" in text
    assert "https://fonts" not in page
