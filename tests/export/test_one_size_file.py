"""When files for one size are written, and what is said of them; converters are stand-ins."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from inpaint_tf.errors import InputError
from inpaint_tf.export import calibration, one_size_file
from inpaint_tf.export.calibration import Cost, Example, cost, read_examples
from inpaint_tf.export.one_size_file import (
    FORMATS,
    Format,
    OneSizeSettings,
    export_one_size,
    largest_difference,
)

SIZE = (64, 72)


@pytest.fixture
def export(tmp_path, monkeypatch):
    """A function that writes a file which differs by so much, and gives its card."""
    network = SimpleNamespace(size_multiple=8, smallest_size=64)
    weights = SimpleNamespace(model="deepfill_v1", options={}, provenance={"trained": "a week"})
    stand_in = Format("Stand-in", "bin", lambda *_, **__: b"x", None, {"float32": 3})
    examples = [SimpleNamespace(inputs={})]
    monkeypatch.setitem(FORMATS, "stand_in", stand_in)
    monkeypatch.setattr(one_size_file, "make_generator", lambda *_: network)
    monkeypatch.setattr(one_size_file, "parameters", lambda _: 5)
    monkeypatch.setattr(one_size_file, "read_examples", lambda *_: (examples, examples))

    def run(levels=None, decibels=None, size=SIZE, checked=True):
        def difference(*_):
            assert levels is not None
            return levels

        def cost(*_):
            assert decibels is not None
            return Cost(decibels, 20.0, 19.0)

        monkeypatch.setattr(one_size_file, "largest_difference", difference)
        monkeypatch.setattr(one_size_file, "cost", cost)
        photos = None if decibels is None and levels is not None else "photos"
        settings = OneSizeSettings("stand_in", tmp_path, "n", size, "float32", checked, photos)
        path = export_one_size(weights, {}, settings, lambda _: None)
        assert (tmp_path / "n_64x72_float32.bin").read_bytes() == b"x"
        return (tmp_path / "n_64x72_float32.md").read_text(), path

    yield run
    monkeypatch.undo()


def test_a_difference_is_allowed_up_to_its_limit(export, tmp_path):
    card, path = export(levels=3)
    assert path == str(tmp_path / "n_64x72_float32.bin")
    assert "3 of 255 levels" in card and "a week" in card
    with pytest.raises(InputError, match="by 4 of 255 levels; expected at most 3 with float32"):
        export(levels=4)


def test_a_likeness_is_enough_from_its_limit(export):
    assert "25.0 dB" in export(decibels=25.0)[0]
    with pytest.raises(InputError, match=r"is 24\.9 dB from the network .* expected 25 or more"):
        export(decibels=24.9)


def test_what_is_not_to_be_checked_is_not(export):
    assert "levels" not in export(levels=9, checked=False)[0].split("Library")[0]
    assert "dB" not in export(checked=False)[0]


@pytest.mark.parametrize("size", [(56, 72), (64, 56), (68, 72), (64, 68)])
def test_sizes_that_the_network_does_not_take(export, tmp_path, size):
    with pytest.raises(InputError, match="expected a multiple of 8, at least 64"):
        export(levels=0, size=size)
    assert not list(tmp_path.iterdir())


class Network:
    """In place of a network's graph: a picture that is 100 in the hole."""

    def __init__(self, *_):
        pass

    def complete(self, image, mask):
        completed = np.where(mask >= 128, 100, image).astype(np.uint8)
        return {"completed": SimpleNamespace(numpy=lambda: completed)}


def test_a_difference_is_that_in_the_hole(monkeypatch):
    monkeypatch.setattr(one_size_file, "FixedSizeModule", Network)

    def levels(in_hole, elsewhere):
        def run(_, image, mask):
            return np.where(mask >= 128, 100 - in_hole, image ^ elsewhere).astype(np.uint8)

        return largest_difference(None, b"", SIZE, Format("Stand-in", "bin", None, run, {}))

    assert (levels(0, 0), levels(7, 0), levels(-9, 0)) == (0, 7, 9)
    with pytest.raises(InputError, match="the Stand-in file changes known pixels"):
        levels(0, 1)


def test_the_cost_is_measured_in_holes(monkeypatch):
    monkeypatch.setattr(calibration, "FixedSizeModule", Network)
    mask = np.zeros([1, *SIZE, 1], np.uint8)
    mask[:, 8:24, 8:32] = 255
    examples = [Example(np.full([1, *SIZE, 3], n, np.uint8), mask) for n in (99, 90)]

    def run(image, mask, elsewhere=0):
        return np.where(mask >= 128, 97, image + elsewhere).astype(np.uint8)

    # In the hole the network has 100, the file 97.
    errors = [(3, 3), (1, 10), (2, 7)]
    want = [np.mean([20 * np.log10(255 / error) for error in pair]) for pair in errors]
    np.testing.assert_allclose(cost(None, run, examples), want)
    with pytest.raises(InputError, match="the file changes known pixels"):
        cost(None, lambda image, mask: run(image, mask, 1), examples)


def test_a_third_of_the_pictures_is_not_calibrated_with(tmp_path):
    for number in range(31):
        Image.new("RGB", (80, 72), (8 * number, 0, 0)).save(tmp_path / f"{number:02}.png")
    used, measured = read_examples(tmp_path, SIZE)
    for example in (*used, *measured):
        assert example.image.shape == (1, *SIZE, 3) and example.mask.shape == (1, *SIZE, 1)
        assert set(np.unique(example.mask)) == {0, 255}
    reds = [[int(each.image[0, 0, 0, 0]) // 8 for each in part] for part in (used, measured)]
    # Of all of them, evenly: 24 of 31.
    every = [number * 31 // 24 for number in range(24)]
    assert reds == [[each for n, each in enumerate(every) if n % 3 != 2], every[2::3]]
    for path in sorted(tmp_path.iterdir())[5:]:
        path.unlink()
    with pytest.raises(InputError, match="holds 5 pictures; expected 6 or more"):
        read_examples(tmp_path, SIZE)
    Image.new("RGB", (80, 72)).save(tmp_path / "6.png")
    assert [len(part) for part in read_examples(tmp_path, SIZE)] == [4, 2]
    (tmp_path / "one").mkdir()
    Image.new("RGB", (80, 72)).save(tmp_path / "one" / "1.png")
    with pytest.raises(InputError, match="holds 1 picture; expected 6 or more"):
        read_examples(tmp_path / "one", SIZE)
