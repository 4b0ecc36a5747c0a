"""What of a request reaches the search for detail in exported functions."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from recorded import Recorded

from inpaint_tf.cli.export import main
from inpaint_tf.export import bundle, completion
from inpaint_tf.export.completion import Completion
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.weights.safetensors import save_model


@pytest.fixture
def calls(monkeypatch):
    """The network and what searches are stand-ins that hand the picture on, the last as white."""
    made = Recorded(monkeypatch)
    offsets = tf.fill([1, 1, 1, 2], 5)

    def network(model, image, *_, with_offsets=False):
        return (image, offsets) if with_offsets else image

    monkeypatch.setattr(completion, "complete_any_size", network)
    made.replace(completion, "borrow_detail", lambda base, **_: (tf.ones_like(base), None))
    made.replace(completion, "complete_window", lambda image, **_: (tf.ones_like(image), None))
    return made


def a_batch(height, width):
    """Pictures, a hole and visible pixels of its own for each."""
    random = np.random.default_rng(0)
    images = random.integers(0, 200, [2, height, width, 3], np.uint8)
    holes, visible = np.zeros([2, height, width, 1], bool), np.ones([2, height, width, 1], bool)
    holes[0, 5:15, 20:29] = holes[1, height - 48 : height - 37, 3:40] = True
    visible[0, :4], visible[1, :, -9:] = False, False
    return images, holes, visible


def test_pictures_as_they_are(calls, narrow):
    images, holes, visible = a_batch(60, 50)
    found = Completion(narrow, True, 7, 64)(tf.constant(images), tf.constant(holes), visible)
    (given,) = calls.made
    assert given["seed"] == 7 and (given["offsets"].numpy() == 5).all()
    np.testing.assert_array_equal(given["usable"], visible)
    np.testing.assert_array_equal(found, np.where(holes, 255, images))
    found = Completion(narrow, False)(tf.constant(images), tf.constant(holes))
    np.testing.assert_array_equal(found, images)  # what this network gives
    assert len(calls.made) == 1


def test_large_pictures(calls, narrow):
    images, holes, visible = a_batch(170, 70)
    complete = Completion(narrow, True, 7, 64)
    given = tf.constant(images), tf.constant(holes), tf.constant(visible)
    found = complete(*given)
    np.testing.assert_array_equal(found, np.where(holes, 255, images))
    windows = (slice(0, 64), slice(0, 63)), (slice(85, 170), slice(0, 70))
    for item, (rows, columns) in enumerate(windows):
        call = calls.made[item]
        assert call["seed"] == 7 and call["detail"] and int(call["scale"]) == item + 1
        for name, masks in (("hole", holes), ("usable", visible)):
            np.testing.assert_array_equal(call[name], masks[item : item + 1, rows, columns])
    calls.made.clear()
    complete(*given, whole=True)
    (call,) = calls.made
    np.testing.assert_array_equal(call["usable"], visible)  # of `borrow_detail`


def test_detail_is_what_the_weights_say_unless_told(narrow, monkeypatch):
    assert not InpaintingModule(narrow).detail
    monkeypatch.setattr(narrow, "detail", True)
    assert InpaintingModule(narrow).detail and not InpaintingModule(narrow, detail=False).detail


def test_detail_and_working_size_of_the_command_reach_the_module(tmp_path, narrow, monkeypatch):
    class Reached(Exception):
        pass

    def write(directory, model, settings):
        raise Reached(model.detail, settings.working_size, settings.max_pixels)

    monkeypatch.setattr(bundle, "_write_version", write)
    model = SimpleNamespace(guided=False)
    monkeypatch.setattr(bundle, "make_generator", lambda *_: model)
    weights = str(tmp_path / "w.safetensors")
    save_model(weights, narrow)
    common = [f"--weights={weights}", f"--output_dir={tmp_path / 'model'}", "--max_pixels=9999"]
    for flag, asked, wanted in (
        ("auto", False, False), ("auto", True, True), ("on", False, True), ("off", True, False),
    ):  # fmt: skip
        model.detail = asked
        with pytest.raises(Reached) as reached:
            main([*common, f"--detail={flag}", "--working_size=96"])
        assert reached.value.args == (wanted, 96, 9999)


@pytest.mark.usefixtures("eagerly")
def test_sketches_reach_the_network_whole_or_by_windows(monkeypatch):
    """Without one it is empty."""

    def network(model, image, hole, lines, with_offsets=False):
        base = tf.repeat(tf.where(lines, 1.0, -1.0), 3, axis=-1)
        return (base, None) if with_offsets else base

    monkeypatch.setattr(completion, "complete_any_size", network)
    monkeypatch.setattr(completion, "borrow_detail", lambda i, h, v, base, *_: (base, None))
    plain, windowed = (
        Completion(SimpleNamespace(guided=True), False, working_size=size) for size in ("full", 64)
    )
    random = np.random.default_rng(0)
    image = tf.constant(random.integers(0, 256, [2, 100, 80, 3], np.uint8))
    hole = np.zeros([2, 100, 80, 1], bool)
    hole[0, 20:40, 30:50] = hole[1, 70:80, 5:9] = True
    lines = random.random([2, 100, 80, 1]) < 0.4
    for complete in (plain, windowed):
        found = complete(image, tf.constant(hole), lines=tf.constant(lines))
        np.testing.assert_array_equal(found, np.where(hole, np.where(lines, 255, 0), image))
        np.testing.assert_array_equal(complete(image, tf.constant(hole)), np.where(hole, 0, image))
    with_detail = Completion(SimpleNamespace(guided=True), True, working_size="full")
    found = with_detail(image, tf.constant(hole), lines=tf.constant(lines))
    np.testing.assert_array_equal(found, np.where(hole, np.where(lines, 255, 0), image))


@pytest.mark.usefixtures("eagerly")
def test_windows_of_512_from_769_pixels_on(narrow, monkeypatch):
    sizes = []

    def network(model, image, *_, with_offsets=False):
        sizes.append(tuple(image.shape))
        return (image, None) if with_offsets else image

    monkeypatch.setattr(completion, "complete_any_size", network)
    monkeypatch.setattr(completion, "borrow_detail", lambda i, h, v, base, *_: (base, None))
    complete = Completion(narrow, True)
    monkeypatch.setattr(
        completion,
        "complete_window",
        lambda predict, image, *_, **__: (predict(image, _[0], None, 1)[0], None),
    )
    for height, width, seen in ((24, 768, (1, 24, 768, 3)), (24, 769, (1, 24, 512, 3)),
                                (769, 24, (1, 512, 24, 3))):  # fmt: skip
        hole = np.zeros([1, height, width, 1], bool)
        hole[:, height // 2 :, width // 2 :][:, :2, :2] = True
        complete(tf.zeros([1, height, width, 3], tf.uint8), tf.constant(hole))
        assert sizes.pop() == seen
    for each in (complete, Completion(narrow, False)):
        for size in ((24, 40), (24, 800)):
            found = each(tf.zeros([0, *size, 3], tf.uint8), tf.zeros([0, *size, 1], tf.bool))
            assert found.shape == [0, *size, 3]
