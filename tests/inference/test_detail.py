"""The Inpainter with borrowed detail: one picture whatever the way, layouts, alpha, feather."""

import numpy as np
import pytest

from inpaint_tf import Inpainter, create_model, load_model
from inpaint_tf.errors import InputError
from inpaint_tf.inference.compiled import CompiledGenerator
from inpaint_tf.weights.safetensors import save_model

HEIGHT, WIDTH = 77, 101


def photo(seed=0, channels=3, height=HEIGHT, width=WIDTH):
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    waves = 60 * np.sin(rows / 3 + columns / 5)[..., None]
    waves = waves + random.normal(0, 25, [height, width, 3])
    return np.clip(np.rint(128 + waves), 0, 255).astype(np.uint8)[..., :channels]


def hole(top=20, left=30, rows=25, columns=31, height=HEIGHT, width=WIDTH):
    mask = np.zeros([height, width], bool)
    mask[top : top + rows, left : left + columns] = True
    return mask


@pytest.fixture
def model(narrow_compiled):
    return narrow_compiled


@pytest.fixture
def inpainter(model):
    return Inpainter(model, detail=True)


def test_detail_is_what_the_weights_say_unless_told(model):
    assert not Inpainter(model).detail
    assert Inpainter(model, detail=True).detail
    model.detail = True
    try:
        assert Inpainter(model).detail and not Inpainter(model, detail=False).detail
    finally:
        model.detail = False


def test_the_hole_gets_texture_and_nothing_else_changes(model, inpainter):
    image, mask = photo(), hole()
    plain, detailed = Inpainter(model, detail=False)(image, mask), inpainter(image, mask)
    np.testing.assert_array_equal(detailed[~mask], image[~mask])

    def roughness(picture):
        return np.abs(np.diff(picture.astype(float), axis=1))[mask[:, 1:]].mean()

    assert roughness(detailed) > 0.5 * roughness(image) > 2 * roughness(plain)


@pytest.mark.parametrize("feather", [0, 6])
def test_stages_hand_out_the_same_picture(inpainter, model, feather):
    image, mask = photo(), hole()
    stages = inpainter.stages(image, mask, feather=feather)
    np.testing.assert_array_equal(stages.completed, inpainter(image, mask, feather=feather))
    assert stages.source_colors.shape == image.shape
    assert (stages.source_colors[mask] != 255).any() and (stages.source_colors[:8] == 255).all()
    changed = np.abs(stages.before_detail.astype(int) - stages.completed)
    assert changed[mask].mean() > 5 and not changed[~mask].any()
    if not feather:
        plain = Inpainter(model, detail=False)(image, mask)
        np.testing.assert_array_equal(stages.before_detail, plain)


def test_a_batch_equals_its_items(inpainter):
    # The network computes a box around the holes of all, so that boxes of one size agree.
    images, masks = np.stack([photo(), photo(1)]), np.stack([hole(), hole()])
    masks[1, 25:30, 35:40] = False
    together = inpainter.stages(images, masks)
    assert together.completed.shape == images.shape
    for number in range(2):
        alone = inpainter.stages(images[number], masks[number])
        np.testing.assert_array_equal(together.before_detail[number], alone.before_detail)
        np.testing.assert_array_equal(together.completed[number], alone.completed)


def test_seeds(model, inpainter):
    image, mask = photo(), hole()
    np.testing.assert_array_equal(inpainter(image, mask), Inpainter(model, True, 0)(image, mask))
    assert (Inpainter(model, True, 5)(image, mask) != inpainter(image, mask)).any()


def test_layouts_and_depths(inpainter):
    image, mask = photo(), hole()
    completed = inpainter(image, mask)
    deep = inpainter(image.astype(np.uint16) * 257, mask)
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257.0 - completed)[mask].max() <= 0.51
    assert (deep % 257)[mask].any()  # more than 8 bits
    grey = inpainter(image[..., 0], mask)
    assert grey.shape == mask.shape
    np.testing.assert_array_equal(grey[~mask], image[..., 0][~mask])
    small = inpainter(image[:8, :8], hole(2, 2, 3, 3, 8, 8))
    assert small.shape == (8, 8, 3)


def test_transparent_pixels_lend_nothing(inpainter):
    image, mask = photo(), hole()
    alpha = np.full([HEIGHT, WIDTH], 255, np.uint8)
    alpha[:, :66] = 0
    image[:, :62] = (250, 0, 250)  # what nobody sees; the network does
    without, completed = inpainter(image, mask), inpainter(image, mask, alpha=alpha)
    assert (completed != without)[mask].any()
    layers = inpainter(np.dstack([image, alpha]), mask)
    np.testing.assert_array_equal(layers, np.dstack([completed, alpha]))
    with pytest.raises(InputError, match="alpha has shape"):
        inpainter(image, mask, alpha=alpha[1:])


def test_networks_without_attention():
    model = create_model("deepfill_v1", width=2, attention=False)
    image, mask = photo(), hole()
    inpainter = Inpainter(model, detail=True)
    stages = inpainter.stages(image, mask)
    assert stages.offset_colors is None and (stages.source_colors[mask] != 255).any()
    np.testing.assert_array_equal(stages.completed, inpainter(image, mask))


@pytest.mark.parametrize("detail", [True, False])
def test_weights_say_it(tmp_path, detail):
    model = create_model("deepfill_v1", width=2)
    assert model.detail is False
    model.detail = detail
    save_model(tmp_path / "w.safetensors", model)
    loaded = load_model(tmp_path / "w.safetensors")
    assert loaded.detail is detail and Inpainter(loaded).detail is detail
    assert CompiledGenerator(loaded).detail is detail


def test_the_bundled_weights_borrow_detail():
    assert Inpainter.default().detail is True
