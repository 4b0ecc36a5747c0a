"""What the two-stage generators have in common: batches, gradients, precision, files, refusals."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from seeded import seed_weights
from small_networks import NETWORKS, a_hole, a_picture, lively

import inpaint_tf
from inpaint_tf.errors import InputError
from inpaint_tf.models.registry import build_model
from inpaint_tf.weights.variables import named_variables


@pytest.fixture(params=NETWORKS)
def create(request):
    """A function of options that makes a small network."""
    return functools.partial(lively, request.param)


def test_a_mask_per_item_equals_item_by_item(create):
    model = create()
    image = a_picture(2, 72, 80)
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


@pytest.mark.parametrize(
    "name, options, count, coarse",
    [
        ("deepfill_v1", {}, 3_601_542, 1_448_227),
        ("deepfill_v2", {}, 4_052_478, None),
        ("deepfill_v2", {"guided": True}, 4_053_678, None),
    ],
)
def test_number_of_weights_is_the_release_s(name, options, count, coarse):
    model = inpaint_tf.create_model(name, **options)
    assert model.count_params() == count
    assert coarse is None or model.coarse_network.count_params() == coarse
    assert len(named_variables(model)) == 84


def test_a_level_start_keeps_features_as_strong_as_they_were():
    image, mask = a_picture(1, 64, 72), a_hole(1, 64, 72)
    released, level = (
        np.std(inpaint_tf.create_model("deepfill_v2", width=16, start=start)(image, mask).refined)
        for start in ("released", "level")
    )
    assert released < 1e-4 and 0.03 < level < 0.7


@pytest.mark.parametrize("start", ["released", "level"])
def test_layers_of_one_shape_start_apart(start):
    def kernels(seed):
        seed_weights(seed)
        model = inpaint_tf.create_model("deepfill_v2", width=4, start=start)
        return [np.asarray(model.scopes[f"inpaint_net/conv{n}"].kernel) for n in (5, 6)]

    first, second = kernels(1)
    assert (first != second).all()
    assert (kernels(2)[0] != first).all()
    np.testing.assert_array_equal(kernels(1)[0], first)


def test_masking_reaches_the_attention(create):
    image = a_picture(1, 64, 72)
    mask = np.zeros([1, 64, 72, 1], np.float32)
    mask[:, 10:50, 20:50] = 1
    models = [create(masking=masking) for masking in ("multiply", "exclude")]
    # Weak features: with strong ones unknown patches have next to no share in either way.
    for variable in models[0].scopes["inpaint_net/pmconv6"].trainable_variables:
        variable.assign(np.asarray(variable) * 1e-2)
    models[1].set_weights(models[0].get_weights())
    multiplied, excluded = (model(image * (1 - mask), mask).refined for model in models)
    assert np.abs(multiplied - excluded).max() > 1e-5


def test_baseline_has_no_attention_branch(create):
    model = create(attention=False)
    assert not any("pmconv" in name for name in named_variables(model))
    output = model(np.zeros([1, 64, 72, 3], np.float32), np.ones([1, 64, 72, 1], np.float32))
    assert output.offsets is None
    assert output.refined.shape == (1, 64, 72, 3)


def test_every_weight_gets_a_gradient(create):
    model = create()
    image = a_picture(1, 64, 72)
    mask = a_hole(1, 64, 72)
    with tf.GradientTape() as tape:
        output = model(image * (1 - mask), mask, training=True)
        loss = tf.reduce_mean(tf.abs(output.coarse - image) + tf.abs(output.refined - image))
    variables = model.trainable_variables
    for variable, gradient in zip(variables, tape.gradient(loss, variables)):
        assert gradient is not None and np.abs(gradient).max() > 0, variable.name


def test_mixed_precision_keeps_pictures_in_float32_and_near(create):
    seed_weights(0)
    model = create(features=8)
    half = create(features=8, dtype="mixed_bfloat16")
    half.set_weights(model.get_weights())
    image = a_picture(1, 64, 72)
    mask = a_hole(1, 64, 72)
    got, want = half(image * (1 - mask), mask), model(image * (1 - mask), mask)
    assert got.refined.dtype == tf.float32
    difference = np.abs(got.refined - want.refined).mean() / np.abs(want.refined).mean()
    assert 0 < difference < 0.05  # bfloat16 keeps eight bits


@pytest.mark.parametrize("attention", [True, False])
def test_survives_saving_as_keras_file(create, tmp_path, attention):
    model = create(padding="reflect", attention=attention, masking="exclude")
    image = a_picture(1, 72, 80)
    mask = a_hole(1, 72, 80)
    want = model(image, mask)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(image, mask).refined, want.refined)


@pytest.mark.parametrize("padding, smallest", [("same", 8), ("symmetric", 64), ("reflect", 72)])
def test_smallest_size_works(create, padding, smallest):
    model = create(features=2, padding=padding)
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
def test_a_size_that_does_not_suit_is_refused(create, size, message):
    model = create(features=2)
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
        (
            "deepfill_v1",
            {"attention": "no"},
            "attention must be one of contextual, flow, .*got 'no'",
        ),
        ("deepfill_v1", {"name": "x"}, "deepfill_v1 has no option 'name'"),
        ("deepfill_v1", {"padding": "zero"}, "padding must be one of .* got 'zero'"),
        ("deepfill_v1", {"guided": True}, "deepfill_v1 has no option 'guided'"),
        ("deepfill_v2", {"width": 6}, "width must be a multiple of 4 from 4 to 1024, got 6"),
        ("deepfill_v2", {"start": "x"}, "start must be one of released, level, got 'x'"),
        ("deepfill_v2", {"guided": "yes"}, "guided must be True or False, got 'yes'"),
        ("deepfill_v2", {"padding": "zero"}, "padding must be one of .* got 'zero'"),
    ],
)
def test_wrong_options_are_refused(name, options, message):
    with pytest.raises(InputError, match=message):
        build_model(name, options)
