"""What of a picture, its flags and the network's answer reaches the search for detail."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from recorded import Recorded

from inpaint_tf import Inpainter
from inpaint_tf.detail import settings
from inpaint_tf.inference import inpainter as inpainter_module
from inpaint_tf.inference import large
from inpaint_tf.inference.large import complete_by_windows, complete_window
from inpaint_tf.inference.working_size import working_size_of
from inpaint_tf.ops.resize import shrink_mask
from inpaint_tf.visualization.offset_colors import offset_colors

HEIGHT, WIDTH = 50, 70


@pytest.fixture
def calls(monkeypatch):
    return Recorded(monkeypatch)


def masks():
    """A hole, pixels that are visible, and lines, each `[1, 50, 70, 1]` bool."""
    random = np.random.default_rng(0)
    made = random.random([3, 1, HEIGHT, WIDTH, 1]) < np.reshape([0.3, 0.6, 0.02], [3, 1, 1, 1, 1])
    return tuple(tf.constant(mask) for mask in made)


@pytest.mark.parametrize("scale, below, beside", [(2, 0, 0), (3, 1, 2)])
def test_scaled_windows(calls, monkeypatch, scale, below, beside):
    image = tf.zeros([1, HEIGHT, WIDTH, 3])
    hole, usable, lines = masks()
    seen, ran = [], []

    def network(small, small_hole, small_lines, by):
        seen.append((small_hole, small_lines, by))
        return tf.ones_like(small), tf.fill([1, 3, 3, 2], 5)

    def detail(seed, has_offsets):
        def run(*items):
            ran.append((seed, has_offsets, *items))
            return items[0], tf.zeros([1, 3, 3, 2], tf.int32)

        return run

    monkeypatch.setattr(large, "_large_detail", detail)
    complete_window(network, image, hole, usable, lines, scale, seed=7)
    ((small_hole, small_lines, by),) = seen
    for mask, found in ((lines, small_lines), (hole, small_hole)):
        mirrored = np.pad(mask, [[0, 0], [0, below], [0, beside], [0, 0]], "symmetric")
        np.testing.assert_array_equal(found, shrink_mask(mirrored.astype(np.float32), scale) > 0)
    assert small_hole.shape == [1, -(-HEIGHT // scale), -(-WIDTH // scale), 1] and by == scale
    ((seed, has_offsets, _, _, usable_large, small, offsets, by),) = ran
    np.testing.assert_array_equal(small, np.where(small_hole, np.ones(3), 0))  # known ones stay
    assert (seed, has_offsets, int(by)) == (7, True, scale) and (offsets.numpy() == 5).all()
    np.testing.assert_array_equal(usable_large[:, :HEIGHT, :WIDTH], tf.cast(usable, tf.float32))
    assert not usable_large[:, HEIGHT:].numpy().any()  # the mirrored rows and columns
    assert not usable_large[:, :, WIDTH:].numpy().any()


def test_what_is_compiled_hands_on_what_it_gets(monkeypatch):
    def search(image, hole, usable, small, offsets, scale, seed):
        planes = [hole, usable, tf.fill(tf.shape(hole), float(seed))]
        where = tf.zeros([1, 1, 2], tf.int32) if offsets is None else offsets
        return tf.stack(planes, -1) + image + small[:1, :1], where * scale

    monkeypatch.setattr(large, "with_large_detail", search)
    image = tf.zeros([1, HEIGHT, WIDTH, 3])
    hole, usable, _ = (tf.cast(mask, tf.float32) for mask in masks())
    small, scale = tf.fill([1, 9, 7, 3], 2.0), tf.constant(3)
    wanted = np.concatenate([hole, usable, tf.fill(hole.shape, 7.0)], -1) + 2
    for offsets, shift in (([tf.fill([1, 4, 5, 2], 5)], 15), ([], 0)):
        run = large._large_detail.__wrapped__(7, bool(offsets))
        completed, shifts = run(image, hole, usable, small, *offsets, scale)
        np.testing.assert_array_equal(completed, wanted)
        assert (shifts.numpy() == shift).all()


def test_windows_without_detail_are_enlarged_and_cut():
    image = tf.random.stateless_uniform([1, HEIGHT, WIDTH, 3], [1, 2])
    hole, usable, _ = masks()

    def network(small, *_):
        return tf.fill(small.shape, 0.5), None

    filled, shifts = complete_window(network, image, hole, usable, None, 3, detail=False)
    assert filled.shape == image.shape and not shifts.numpy().any()
    everywhere = tf.ones_like(hole)
    filled, _ = complete_window(network, image, everywhere, usable, None, 3, detail=False)
    np.testing.assert_allclose(filled, np.full(image.shape, 0.5), atol=1e-6)


def test_windows_of_full_size(calls):
    hole, usable, lines = masks()
    calls.replace(large, "borrow_detail", lambda base, **_: (base, None))
    base, offsets = tf.ones([1, HEIGHT, WIDTH, 3]), tf.fill([1, 7, 9, 2], 5)
    image = tf.zeros_like(base)
    seen = []

    def network(*given):
        seen.append(given)
        return base, offsets

    filled, _ = complete_window(network, image, hole, usable, lines, 1, seed=7)
    (given,) = calls.made
    assert given["seed"] == 7 and given["offsets"] is offsets and given["usable"] is usable
    assert filled is base and seen == [(image, hole, lines, 1)]


def test_every_window_of_a_photo(calls):
    color = np.random.default_rng(0).integers(0, 200, [160, 300, 3], np.uint8)
    hole, usable, lines = np.zeros([3, 160, 300], bool)
    hole[100:140, 30:90] = hole[5:9, 280:284] = True
    usable[::2], lines[::3] = True, True

    def completed(image, **_):
        return tf.ones_like(image), tf.fill([1, 99, 99, 2], 1)

    calls.replace(large, "complete_window", completed)
    before = color.copy()
    made, sources = complete_by_windows(
        None, color, hole, usable, lines, working_size=64, seed=7, with_sources=True
    )
    np.testing.assert_array_equal(color, before)  # it is the caller's
    np.testing.assert_array_equal(made, np.where(hole[..., None], 255, color))
    assert (sources[~hole] == 255).all() and (sources[hole] != 255).any(axis=-1).all()
    large_one, small_one = calls.made
    assert (large_one["scale"], small_one["scale"]) == (3, 1) and large_one["seed"] == 7
    for name, mask in (("hole", hole), ("usable", usable), ("lines", lines)):
        # The longer side of the hole, 60 pixels, on every side of it.
        np.testing.assert_array_equal(large_one[name][0, ..., 0], mask[:, :180])
    calls.made.clear()
    complete_by_windows(None, color, hole, usable, working_size=64, grouped=False, detail=False)
    (given,) = calls.made
    assert given["lines"] is None and not given["detail"] and given["scale"] == 6
    for grouped in (False, True):
        made, sources = complete_by_windows(
            None, color, np.zeros_like(hole), usable, working_size=64, grouped=grouped
        )
        np.testing.assert_array_equal(made, color)
        assert sources is None


@pytest.mark.parametrize("working_size, feather", [(64, 5), ("full", 0)])
def test_each_picture_s_transparency_and_the_seed(calls, narrow, working_size, feather):
    color = np.random.default_rng(0).integers(0, 200, [2, 72, 88, 3], np.uint8)
    holes = np.zeros([2, 72, 88], bool)
    holes[:, 10:20, 20:40] = True
    alpha = np.full([2, 72, 88], 255, np.uint8)
    alpha[0, :, :9] = alpha[1, :9] = 0
    calls.replace(inpainter_module, "complete_by_windows", lambda color, **_: (color, None))
    calls.replace(inpainter_module, "borrow_detail", lambda base, **_: (base, None))
    calls.replace(inpainter_module, "complete_any_size", lambda image, **_: (image, None))
    Inpainter(narrow, True, 7, working_size)(color, holes, feather, alpha)
    found = [given for given in calls.made if "usable" in given]
    assert {given["seed"] for given in found} == {7}
    if feather:
        assert [given["predict"].keywords for given in found] == [{"feather": feather}] * 2
    usable = np.concatenate([np.reshape(given["usable"], [-1, 72, 88]) for given in found])
    np.testing.assert_array_equal(usable, alpha > 0)


@pytest.mark.parametrize("detail", [True, False])
@pytest.mark.parametrize("scale, feather, width", [(4, 6, 2), (4, 1, 1), (1, 6, 6)])
def test_feather_of_a_window(calls, monkeypatch, narrow, detail, scale, feather, width):
    image, base, whole = (tf.fill([1, 64, 72, 3], value) for value in (0.0, 0.1, 0.2))
    hole = tf.constant(np.arange(72)[None, None, :, None] < np.full([1, 64, 1, 1], 30))
    monkeypatch.setattr(inpainter_module, "complete_any_size", lambda *_, **__: (base, None))
    stages = SimpleNamespace(last=whole)
    monkeypatch.setattr(inpainter_module, "run_any_size", lambda *_: stages)
    calls.replace(inpainter_module, "blend_seam", lambda prediction, **_: prediction)
    Inpainter(narrow, detail)._predicted(image, hole, None, scale, feather)
    (given,) = calls.made
    assert given["width"] == width and given["sigma"] == (settings.SIGMA if detail else None)
    # Its error at known pixels is that of the whole network; in the hole it is what goes on.
    np.testing.assert_array_equal(given["prediction"], np.where(hole[0], base[0], whole[0]))


def test_feather_of_a_picture(calls, monkeypatch, narrow):
    image = np.full([64, 72, 3], 127, np.uint8)
    hole = np.arange(72) < np.full([64, 1], 30)
    base, whole = (tf.fill([1, 64, 72, 3], value) for value in (0.1, 0.2))
    monkeypatch.setattr(inpainter_module, "complete_any_size", lambda *_, **__: (base, None))
    stages = SimpleNamespace(last=whole)
    monkeypatch.setattr(inpainter_module, "run_any_size", lambda *_: stages)
    calls.replace(inpainter_module, "blend_seam", lambda prediction, **_: prediction)
    calls.replace(inpainter_module, "borrow_detail", lambda base, **_: (base, None))
    Inpainter(narrow, True)(image, hole, feather=3)
    seam, detail = calls.made
    assert seam["width"] == 3 and seam["sigma"] == settings.SIGMA
    wanted = np.where(hole[..., None], base[0], whole[0])
    np.testing.assert_array_equal(seam["prediction"], wanted)
    np.testing.assert_array_equal(detail["base"][0], wanted)


def test_stages_show_where_the_attention_looked_and_what_was_borrowed(calls, monkeypatch, narrow):
    image, hole = np.full([2, 64, 72, 3], 127, np.uint8), np.zeros([2, 64, 72], bool)
    hole[:, 9:20, 30:50] = True
    base, detailed = (tf.fill([2, 64, 72, 3], value) for value in (0.1, 0.2))
    offsets, shifts = (tf.fill([2, 8, 9, 2], value) for value in (1, -2))
    stages = SimpleNamespace(last=base, stages=[base, base], offsets=offsets)
    monkeypatch.setattr(inpainter_module, "run_any_size", lambda *_: stages)
    monkeypatch.setattr(inpainter_module, "complete_any_size", lambda *_, **__: (base, offsets))
    monkeypatch.setattr(inpainter_module, "borrow_detail", lambda *_: (detailed, shifts))
    made = Inpainter(narrow, True).stages(image, hole)
    wanted = (offset_colors(tensor, 64, 72).numpy() for tensor in (offsets, shifts))
    for found, colors in zip((made.offset_colors, made.source_colors), wanted):
        np.testing.assert_array_equal(found, colors)
    assert (made.offset_colors != made.source_colors).any()
    assert (made.before_detail[hole] == 140).all() and (made.completed[hole] == 153).all()


def test_which_photos_have_windows():
    assert working_size_of("auto", True) == (512, 768)  # as the page on detail says
    assert working_size_of("auto", False) is None
    assert working_size_of("full", True) is None
    assert working_size_of(96, False) == working_size_of(96, True) == (96, 96)
