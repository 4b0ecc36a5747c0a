"""What of a request reaches the network, by every signature, and what of its answer comes back."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.export import guided
from inpaint_tf.export import module as module_file
from inpaint_tf.export.guided import GuidedInpaintingModule
from inpaint_tf.export.module import InpaintingModule
from inpaint_tf.export.pixels import Limits, at_least_one
from inpaint_tf.visualization.offset_colors import offset_colors

pytestmark = pytest.mark.usefixtures("eagerly")
SIZE = (64, 80)
REFUSED = tf.errors.InvalidArgumentError


class Stand:
    """Stands in for `Completion`: remembers what it gets, and paints everything with one value."""

    working_size = None

    def __init__(self):
        self.made = []

    def __call__(self, image, hole, visible=None, lines=None, whole=False):
        self.made.append(SimpleNamespace(**{k: v for k, v in locals().items() if k != "self"}))
        return tf.fill(tf.shape(image), tf.constant(99, tf.uint8))

    def everything(self, image, hole, lines=None):
        self.made.append(SimpleNamespace(image=image, hole=hole, lines=lines))
        stages = [tf.fill(tf.shape(image), value) for value in (0.25, 0.5)]
        offsets = tf.random.stateless_uniform(
            [tf.shape(image)[0], 12, 13, 2], [1, 2], -5, 5, tf.int32
        )
        return SimpleNamespace(stages=stages, last=stages[1], offsets=offsets)

    def as_it_is(self, image, mask, *others):
        self.made.append(SimpleNamespace(image=image, mask=mask, others=others))
        return SimpleNamespace(stages=[at_least_one(image), at_least_one(image * 2)])


@pytest.fixture
def module(narrow):
    made = GuidedInpaintingModule(narrow)
    made._completion = Stand()
    # AutoGraph, whose business this is not, would take a second.
    made._complete_file = tf.autograph.experimental.do_not_convert(made._complete_file)
    return made


def request(batch=2, size=SIZE):
    """Pictures, masks and sketches whose levels are next to the thresholds."""
    random = np.random.default_rng(0)
    image = random.integers(0, 256, [batch, *size, 3], np.uint8)
    mask, sketch = (
        np.where(random.random([batch, *size, 1]) < 0.2, level, level - 1).astype(np.uint8)
        for level in (128, 154)
    )
    return tf.constant(image), tf.constant(mask), tf.constant(sketch)


def same(found, wanted):
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("size", [SIZE, (41, 90)])
def test_arrays(module, size):
    image, mask, sketch = request(size=size)
    for given in ((image, mask), (image, mask, sketch)):
        run = module.pixels if len(given) == 2 else module.pixels_guided
        assert (run(*given)["completed"].numpy() == 99).all()
        call = module._completion.made.pop()
        same(call.image, image)
        same(call.hole, mask == 128)
        assert call.visible is None and not call.whole
        if len(given) == 3:
            same(call.lines, sketch == 154)
        else:
            assert call.lines is None


@pytest.mark.parametrize("detail", [False, True])
@pytest.mark.parametrize("batch", [0, 2])
def test_explanations(module, batch, detail):
    module.detail = detail
    image, mask, sketch = request(batch, (61, 90))
    for given in ((image, mask), (image, mask, sketch)):
        results = (module.explain if len(given) == 2 else module.explain_guided)(*given)
        first, *second = module._completion.made
        module._completion.made.clear()
        assert first.image.shape[0] == max(batch, 1) and first.image.dtype == tf.float32
        same(first.hole[:batch], mask == 128)
        if detail:  # which starts from the same picture
            (call,) = second
            assert call.whole and call.image.shape[0] == max(batch, 1)
            same(call.image[:batch], image)
        for call in (first, *second):
            if len(given) == 3:
                same(call.lines[:batch], sketch == 154)
            else:
                assert call.lines is None
        assert {name: value.shape[0] for name, value in results.items()} == dict.fromkeys(
            ["completed", "coarse", "refined", "attention_rgb", "offsets"], batch
        )
        assert results["offsets"].shape == [batch, 8, 12, 2]
        if batch:
            painted = 99 if detail else np.where(mask == 128, 191, image)  # 0.5 in [-1, 1]
            same(results["completed"], np.broadcast_to(painted, image.shape))
            offsets = module._completion.everything(image, mask).offsets
            module._completion.made.clear()
            same(results["offsets"], offsets[:, :8, :12])
            same(results["attention_rgb"], offset_colors(offsets, 61, 90))
            assert (results["coarse"].numpy() == 0.25).all()


def test_features(module):
    random = np.random.default_rng(0)
    image = random.uniform(-1, 1, [2, *SIZE, 3]).astype(np.float32)
    mask = np.where(random.random([2, *SIZE, 1]) < 0.2, 1, 0.9).astype(np.float32)
    sketch = random.random([2, *SIZE, 1]).astype(np.float32)
    for others in ((), (tf.constant(sketch),)):
        run = module.features_guided if others else module.features
        results = run(tf.constant(image), tf.constant(mask), *others)
        call = module._completion.made.pop()
        same(call.image, np.where(mask == 1, 0, image))
        same(call.mask, mask)
        assert len(call.others) == len(others)
        assert not others or call.others[0] is not call.mask
        for found in call.others:
            same(found, sketch)
        same(results["refined"], 2 * results["coarse"])
    nothing = module.features(tf.zeros([0, *SIZE, 3]), tf.zeros([0, *SIZE, 1]))
    assert nothing["coarse"].shape == nothing["refined"].shape == [0, *SIZE, 3]
    for height, width in ((64, 84), (68, 80), (56, 80), (64, 56)):
        with pytest.raises(REFUSED, match="multiples of 8 and at least 64"):
            module.features(tf.zeros([1, height, width, 3]), tf.zeros([1, height, width, 1]))


@pytest.mark.parametrize("name", ["pixels", "explain", "features"])
@pytest.mark.parametrize("other", [(1, 64, 80), (2, 64, 72), (2, 72, 80)])
def test_masks_and_sketches_of_another_size_are_refused(module, name, other):
    dtype = tf.float32 if name == "features" else tf.uint8
    image, fine, odd = (
        tf.zeros(size, dtype) for size in ([2, *SIZE, 3], [2, *SIZE, 1], [*other, 1])
    )
    for given, named in (((image, odd, fine), "mask"), ((image, fine, odd), "sketch")):
        with pytest.raises(REFUSED, match=f"image and {named} must have the same batch, height"):
            getattr(module, f"{name}_guided")(*given)
    with pytest.raises(REFUSED, match="image and mask must have the same batch, height"):
        getattr(module, name)(image, odd)


def test_limits_of_windows_are_not_those_of_whole_pictures(module):
    module.limits, module.whole_limits = Limits(70_000), Limits(66_000)
    module._completion.working_size = (512, 768)
    image, mask, sketch = request(1, (256, 264))
    module.pixels(image, mask)
    module.pixels_guided(image, mask, sketch)
    for name in ("explain", "features"):
        with pytest.raises(REFUSED, match="more than 66000 pixels"):
            dtype = tf.float32 if name == "features" else tf.uint8
            getattr(module, name)(tf.cast(image, dtype), tf.cast(mask, dtype))


FILES = {
    b"image": np.random.default_rng(0).integers(0, 256, [5, 7, 3], np.uint8),
    b"clear": np.random.default_rng(1).integers(0, 2, [5, 7, 4], np.uint8),
    b"grey": np.random.default_rng(2).integers(0, 256, [5, 7, 1], np.uint8),
    b"mask": np.where(np.arange(35).reshape(5, 7, 1) % 3, 128, 127).astype(np.uint8),
    b"lines": np.where(np.arange(35).reshape(5, 7, 1) % 4, 154, 153).astype(np.uint8),
    b"wide": np.zeros([5, 8, 1], np.uint8),
    b"bad": None,
}


@pytest.fixture
def decoded(monkeypatch):
    """What was asked of `decode`, whose files are `FILES`."""
    asked = []

    def decode(data, limits, deep=False):
        name = data.numpy()
        asked.append((name, limits, deep))
        pixels = FILES[name]
        if pixels is None:
            return tf.zeros([0, 0, 1], tf.uint8), tf.constant("is bad")
        return tf.constant(pixels), tf.constant("")

    monkeypatch.setattr(module_file, "decode", decode)
    monkeypatch.setattr(guided, "decode", decode)
    return asked


def test_files(module, decoded):
    module.limits, module.whole_limits = Limits(1), Limits(2)
    images = [b"image", b"clear", b"grey", b"bad", b"image", b"image"]
    masks = [b"mask", b"mask", b"mask", b"mask", b"wide", b"mask"]
    sketches = [b"lines", b"", b"lines", b"lines", b"lines", b"wide"]
    for others in ([], [sketches]):
        run = module.encoded_guided if others else module.encoded
        answer = run(*map(tf.constant, (images, masks, *others)))
        calls = module._completion.made[:]
        module._completion.made.clear()
        results, errors = (answer[name].numpy() for name in ("completed_bytes", "error_bytes"))
        fine = [0, 1, 2] if others else [0, 1, 2, 5]
        assert len(calls) == len(fine)
        for number, call in zip(fine, calls):
            given = FILES[images[number]]
            color = given[..., :3] if given.shape[2] > 2 else np.repeat(given, 3, 2)
            same(call.image, color[None])
            same(call.hole, FILES[b"mask"][None] == 128)
            same(
                call.visible, np.ones([1, 5, 7, 1]) if given.shape[2] < 4 else given[None, ..., 3:]
            )
            if others:
                drawn = FILES[b"lines"][None] == 154
                same(call.lines, drawn if sketches[number] else np.zeros_like(drawn))
            else:
                assert call.lines is None
            found = tf.io.decode_png(results[number]).numpy()
            kept = given[..., 3:] if given.shape[2] > 3 else given[..., :0]
            painted = np.full([5, 7, min(given.shape[2], 3)], 99)
            same(found, np.concatenate([painted, kept], -1))
        wide = b"has 5 rows and 8 columns, image_bytes 5 rows and 7 columns."
        assert errors.tolist() == [
            b"", b"", b"", b"Item 3: image_bytes is bad.", b"Item 4: mask_bytes " + wide,
            b"Item 5: sketch_bytes " + wide if others else b"",
        ]  # fmt: skip
        assert [results[number] == b"" for number in range(6)] == [
            number not in fine for number in range(6)
        ]
    assert {limits for _, limits, _ in decoded} == {Limits(1)}
    assert {name for name, _, deep in decoded if deep} == {b"mask", b"wide"}
    assert (b"lines", Limits(1), False) in decoded and (b"wide", Limits(1), False) in decoded


def test_every_file_has_its_mask_and_its_sketch(module, decoded):
    two, three = tf.constant([b"image"] * 2), tf.constant([b"mask"] * 3)
    with pytest.raises(REFUSED, match="image_bytes and mask_bytes must have the same number"):
        module.encoded(two, three)
    with pytest.raises(REFUSED, match="image_bytes and sketch_bytes must have the same number"):
        module.encoded_guided(two, two, three)


@pytest.mark.parametrize("windows", [None, (512, 768)])
def test_only_whole_pictures_have_holes_that_are_too_large(module, decoded, monkeypatch, windows):
    module._completion.working_size = windows
    monkeypatch.setattr(module_file, "too_much_work", lambda *_: tf.constant(True))
    answer = module.encoded(tf.constant([b"image", b"bad"]), tf.constant([b"mask"] * 2))
    first, second = answer["error_bytes"].numpy()
    assert (first == b"") == (windows is not None) and second == b"Item 1: image_bytes is bad."
    assert windows or first == b"Item 0: the hole is too large for so large a picture."


def test_seed_and_working_size(narrow):
    made = InpaintingModule(narrow, detail=True, seed=5, working_size=96)._completion
    assert (made.seed, made.working_size, made.detail) == (5, (96, 96), True)
