"""The generator against the original's recorded outputs."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import inpaint_tf
from inpaint_tf.errors import InputError
from inpaint_tf.visualization.flow_color import flow_color
from inpaint_tf.weights.variables import named_variables

CASES = [
    (padding, f"{padding}_{size}")
    for padding in ("same", "symmetric")
    for size in ("64x64_b1", "64x64_b2", "64x96_b1", "64x96_b2")
]


def flip(picture):
    """BGR to RGB or back."""
    return np.asarray(picture)[..., ::-1]


def inputs_of(data):
    image = flip(data["x_incomplete"])
    return image, np.repeat(data["mask"], len(image), axis=0)


def check(data, output):
    np.testing.assert_allclose(flip(output.coarse), data["x_stage1"], atol=1e-4)
    np.testing.assert_allclose(flip(output.refined), data["x_stage2"], atol=1e-4)
    clear = data["argmax_margin"] > 1e-3
    np.testing.assert_array_equal(output.offsets.numpy()[clear], data["offsets"][clear])


@pytest.mark.parametrize("padding, name", CASES)
def test_equals_the_original(golden, golden_model, padding, name):
    data = golden(f"v1_generator/{name}")
    check(data, golden_model(padding)(*inputs_of(data)))


@pytest.mark.parametrize("padding", ["same", "symmetric"])
def test_equals_the_original_where_no_size_is_known(golden, golden_model, padding):
    unknown = [tf.TensorSpec([None, None, None, 3]), tf.TensorSpec([None, None, None, 1])]
    traced = tf.function(golden_model(padding), input_signature=unknown)
    for name in ("64x64_b1", "64x96_b2"):
        data = golden(f"v1_generator/{padding}_{name}")
        check(data, traced(*inputs_of(data)))


@pytest.mark.parametrize("padding", ["same", "symmetric"])
def test_offset_colors_equal_the_original(golden, golden_model, padding):
    for name in ("64x64_b1", "64x64_b2", "64x96_b1"):
        data = golden(f"v1_generator/{padding}_{name}")
        offsets = golden_model(padding)(*inputs_of(data)).offsets
        colors = flow_color(offsets, running_radius=True).numpy()
        want = np.rint((data["offset_flow"][:, ::2, ::2] + 1) * 127.5)
        same = (offsets.numpy() == data["offsets"]).all(axis=-1)
        np.testing.assert_array_equal(colors[same], want[same])


@pytest.mark.parametrize("padding", ["same", "symmetric"])
def test_features_on_the_way_equal_the_original(golden, golden_model, padding):
    data = golden(f"v1_generator/{padding}_64x64_b1")
    model = golden_model(padding)
    features = recorded_features(model, *inputs_of(data))
    wanted = {name[4:]: value for name, value in data.items() if name.startswith("act_")}
    assert len(wanted) == 8
    for name, want in wanted.items():
        got, scale = features[name], np.abs(want).max()
        np.testing.assert_allclose(got / scale, want / scale, atol=1e-4, err_msg=name)


def recorded_features(model, image, mask):
    """Every convolution's output and the attention's, by calling the parts one by one."""
    from inpaint_tf.models.architecture import with_ones_and_mask
    from inpaint_tf.ops.image import composite
    from inpaint_tf.ops.resize import corner_aligned_nearest

    features = {}

    def through(stack, x):
        for row, step in zip(stack.rows, stack.steps):
            x = features[row.name] = step(x)
        return x

    coarse = model.coarse_network.architecture.finish(
        through(model.coarse_network.stack, with_ones_and_mask(image, mask))
    )
    refinement = model.refinement_network
    x = with_ones_and_mask(composite(coarse, image, mask), mask)
    dilated = through(refinement.dilated_branch, x)
    encoded = through(refinement.attention_encoder, x)
    small = corner_aligned_nearest(tf.constant(mask), *encoded.shape[1:3])
    features["attention_out"], _ = refinement.attention(encoded, encoded, small)
    attended = through(refinement.attention_tail, features["attention_out"])
    through(refinement.decoder, tf.concat([dilated, attended], axis=-1))
    return features


def test_a_mask_per_item_equals_item_by_item():
    model = inpaint_tf.create_model("deepfill_v1", width=4)
    image = np.random.default_rng(0).uniform(-1, 1, [2, 72, 80, 3]).astype(np.float32)
    mask = np.zeros([2, 72, 80, 1], np.float32)
    mask[0, 10:40, 20:30] = 1
    mask[1, 50:60, 5:70] = 1
    image = image * (1 - mask)
    both = model(image, mask)
    for item in range(2):
        one = model(image[item : item + 1], mask[item : item + 1])
        np.testing.assert_allclose(both.refined[item], one.refined[0], atol=1e-5)
        np.testing.assert_allclose(both.coarse[item], one.coarse[0], atol=1e-5)
    other = model(image, mask[::-1])
    assert np.abs(other.refined - both.refined).max() > 1e-3


def test_number_of_weights_is_the_release_s():
    model = inpaint_tf.create_model("deepfill_v1")
    assert model.count_params() == 3_601_542
    assert model.coarse_network.count_params() == 1_448_227
    assert len(named_variables(model)) == 84


def test_masking_reaches_the_attention():
    image = np.random.default_rng(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 10:50, 20:50] = 1
    models = [
        inpaint_tf.create_model("deepfill_v1", width=4, masking=masking)
        for masking in ("multiply", "exclude")
    ]
    # Weak features: with strong ones unknown patches have next to no share in either way.
    kernel = models[0].scopes["inpaint_net/pmconv6"].kernel
    kernel.assign(np.asarray(kernel) * 1e-3)
    models[1].set_weights(models[0].get_weights())
    multiplied, excluded = (model(image * (1 - mask), mask).refined for model in models)
    assert np.abs(multiplied - excluded).max() > 1e-5


def test_baseline_has_no_attention_branch():
    model = inpaint_tf.create_model("deepfill_v1", width=4, attention=False)
    assert not any("pmconv" in name for name in named_variables(model))
    output = model(np.zeros([1, 64, 72, 3], np.float32), np.ones([1, 64, 72, 1], np.float32))
    assert output.offsets is None
    assert output.refined.shape == (1, 64, 72, 3)


def test_every_weight_gets_a_gradient():
    model = inpaint_tf.create_model("deepfill_v1", width=4)
    image = np.random.default_rng(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    with tf.GradientTape() as tape:
        output = model(image * (1 - mask), mask, training=True)
        loss = tf.reduce_mean(tf.abs(output.coarse - image) + tf.abs(output.refined - image))
    variables = model.trainable_variables
    for variable, gradient in zip(variables, tape.gradient(loss, variables)):
        assert gradient is not None and np.abs(gradient).max() > 0, variable.name


def test_mixed_precision_keeps_pictures_in_float32_and_near():
    tf.keras.utils.set_random_seed(0)
    model = inpaint_tf.create_model("deepfill_v1", width=8)
    half = inpaint_tf.create_model("deepfill_v1", width=8, dtype="mixed_bfloat16")
    half.set_weights(model.get_weights())
    image = np.random.default_rng(0).uniform(-1, 1, [1, 64, 72, 3]).astype(np.float32)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    got, want = half(image * (1 - mask), mask), model(image * (1 - mask), mask)
    assert got.refined.dtype == tf.float32
    difference = np.abs(got.refined - want.refined).mean() / np.abs(want.refined).mean()
    assert 0 < difference < 0.05  # bfloat16 keeps eight bits


@pytest.mark.parametrize("attention", [True, False])
def test_survives_saving_as_keras_file(tmp_path, attention):
    model = inpaint_tf.create_model(
        "deepfill_v1", width=4, padding="reflect", attention=attention, masking="exclude"
    )
    image = np.random.default_rng(0).uniform(-1, 1, [1, 72, 80, 3]).astype(np.float32)
    mask = np.zeros([1, 72, 80, 1], np.float32)
    mask[:, 20:40, 20:50] = 1
    want = model(image, mask)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(image, mask).refined, want.refined)


@pytest.mark.parametrize("padding, smallest", [("same", 8), ("symmetric", 64), ("reflect", 72)])
def test_smallest_size_works(padding, smallest):
    model = inpaint_tf.create_model("deepfill_v1", width=2, padding=padding)
    assert model.smallest_size == smallest
    size = [1, smallest, smallest + 8]
    output = model(np.zeros([*size, 3], np.float32), np.ones([*size, 1], np.float32))
    assert output.refined.shape == (*size, 3)


@pytest.mark.parametrize(
    "size, message",
    [
        ((76, 80), "height must be a multiple of 8 and at least 64, got 76"),
        ((64, 56), "width must be a multiple of 8 and at least 64, got 56"),
    ],
)
def test_a_size_that_does_not_suit_is_refused(size, message):
    model = inpaint_tf.create_model("deepfill_v1", width=2)
    with pytest.raises(ValueError, match=message):
        model(np.zeros([1, *size, 3], np.float32), np.ones([1, *size, 1], np.float32))


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("deepfill", {}, "There is no model 'deepfill'; expected one of deepfill_v1"),
        ("deepfill_v1", {"widht": 4}, "deepfill_v1 has no option 'widht'"),
        ("deepfill_v1", {"width": 5}, "width must be an even number from 2 to 1024, got 5"),
        (
            "deepfill_v1",
            {"width": 9998},
            "width must be an even number from 2 to 1024, got 9998",
        ),
        ("deepfill_v1", {"width": "32"}, "width must be an even number from 2 to 1024, got '32'"),
        ("deepfill_v1", {"attention": "no"}, "attention must be True or False, got 'no'"),
        ("deepfill_v1", {"name": "x"}, "deepfill_v1 has no option 'name'"),
        ("deepfill_v1", {"padding": "zero"}, "padding must be one of .* got 'zero'"),
    ],
)
def test_wrong_options_are_refused(name, options, message):
    with pytest.raises(InputError, match=message):
        inpaint_tf.create_model(name, **options)
