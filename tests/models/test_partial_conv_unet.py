"""The U-Net against recordings of the authors' layer composed to the paper's table."""

import json

import numpy as np
import pytest
import tensorflow as tf
from seeded import seed_weights

from inpaint_tf.models.partial_conv_unet import PartialConvUNet, decoder_rows, encoder_rows

PARTS = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean"}
PARTS["running_var"] = "moving_variance"


def recorded_network(recorded, dtype="float32"):
    params = json.loads(str(recorded["params"]))
    network = PartialConvUNet(params["levels"], params["width"], dtype=dtype)
    for key, variable in recorded_variables(network, recorded, "w").items():
        variable.assign(recorded[key])
    return network


def recorded_variables(network, recorded, prefix):
    """The network's variables by the recording's names."""
    variables = {}
    for key in recorded:
        if not key.startswith(f"{prefix}__"):
            continue
        _, part, number, kind, name = key.split("__")
        unit = {"e": network.encoder, "d": network.decoder}[part][int(number)]
        if kind == "c":
            variables[key] = getattr(unit.convolution, {"weight": "kernel"}.get(name, name))
        else:
            variables[key] = getattr(unit.norm, PARTS[name])
    return variables


def inputs(recorded):
    return tf.constant(recorded["image"]), tf.constant(recorded["known"])


@pytest.mark.parametrize(
    "name, compiled",
    [
        ("unet_5_levels_inference", False),
        ("unet_5_levels_inference", True),
        ("unet_7_levels_inference", False),
    ],
)
def test_as_recorded(golden, name, compiled):
    recorded = golden(f"pconv/{name}")
    network = recorded_network(recorded)
    unknown = [tf.TensorSpec([None, None, None, n]) for n in (3, 1)]
    call = tf.function(network.picture, input_signature=unknown) if compiled else network.picture
    image, known = inputs(recorded)
    scale = np.abs(recorded["y"]).max()
    np.testing.assert_allclose(call(image, known), recorded["y"], atol=1e-4 * scale)
    outside = np.clip(2 * recorded["y"] - 1, -1, 1)
    hidden = tf.where(known == 1, 2 * image - 1, 0.3)
    np.testing.assert_allclose(network(hidden, 1 - known).last, outside, atol=2e-4 * scale)


def test_statistics_after_a_training_pass_as_recorded(golden):
    recorded = golden("pconv/unet_5_levels_training")
    network = recorded_network(recorded)
    got = network.picture(*inputs(recorded), training=True)
    np.testing.assert_allclose(got, recorded["y"], atol=1e-4 * np.abs(recorded["y"]).max())
    after = recorded_variables(network, recorded, "after")
    assert len(after) == 16
    for key, variable in after.items():
        np.testing.assert_allclose(np.array(variable), recorded[key], rtol=1e-4, atol=1e-5)
        before = recorded["w" + key[len("after") :]]
        assert np.abs(recorded[key] - before).max() > 1e-3


def test_table_of_the_paper():
    encoder = encoder_rows(8, 64)
    assert [row.kernel for row in encoder] == [7, 5, 5, 3, 3, 3, 3, 3]
    assert [row.filters for row in encoder] == [64, 128, 256, 512, 512, 512, 512, 512]
    assert [row.normalized for row in encoder] == [False] + 7 * [True]
    decoder = decoder_rows(encoder)
    assert [row.filters for row in decoder] == [512, 512, 512, 512, 256, 128, 64, 3]
    assert [sum(row.parts) for row in decoder] == [1024] * 4 + [768, 384, 192, 67]
    assert decoder[-1].activation is tf.identity and not decoder[-1].normalized


@pytest.mark.parametrize("levels, parameters", [(7, 25_779_796), (8, 32_859_732)])
def test_parameters_of_the_paper(levels, parameters):
    encoder = encoder_rows(levels, 64)
    counted = 0
    for row in (*encoder, *decoder_rows(encoder)):
        counted += row.kernel**2 * sum(row.parts) * row.filters
        counted += row.filters * (2 if row.normalized else 1)
    # The port that was counted has no bias in the first convolution; the recordings have.
    assert counted - 64 == parameters


def small(**options):
    network = PartialConvUNet(3, 4, **options)
    draw = np.random.default_rng(4)
    for unit in [*network.encoder, *network.decoder]:
        if unit.norm is not None:
            unit.norm.moving_mean.assign(draw.normal(size=unit.row.filters) * 0.1)
    return network


def example(count=2, height=24, width=40):
    draw = np.random.default_rng(3)
    image = draw.uniform(-1, 1, size=[count, height, width, 3]).astype(np.float32)
    mask = np.zeros([count, height, width, 1], np.float32)
    mask[0, 4:15, 8:30] = 1
    mask[1:, 10:20, 3:9] = 1
    return tf.constant(image), tf.constant(mask)


def test_batch_equals_items_one_by_one_and_statistics_stand_still():
    network, (image, mask) = small(), example(4)
    before = [np.array(v) for v in network.variables]
    together = network(image, mask).last
    for item in range(4):
        alone = network(image[item : item + 1], mask[item : item + 1]).last
        np.testing.assert_allclose(together[item : item + 1], alone, atol=1e-5)
    for variable, value in zip(network.variables, before):
        np.testing.assert_array_equal(variable, value)


@pytest.mark.parametrize("height, width", [(5, 8), (9, 31), (37, 50), (40, 24)])
def test_any_size(height, width):
    network = small()
    image, mask = example(2, height, width)
    mask = tf.concat([mask[:1], tf.zeros_like(mask[:1])], axis=0)
    picture = network(image, mask).last
    assert picture.shape == image.shape
    turned = network(tf.transpose(image, [0, 2, 1, 3]), tf.transpose(mask, [0, 2, 1, 3])).last
    assert turned.shape == (2, width, height, 3)
    unknown = [tf.TensorSpec([None, None, None, n]) for n in (3, 1)]
    traced = tf.function(lambda *xs: network(*xs), input_signature=unknown)(image, mask)
    np.testing.assert_allclose(traced.last, picture, atol=1e-5)


def plain_unit(unit, x, known):
    """A row of the table without a layer of ours; `known` has a channel for each of `x`."""
    row, kernel = unit.row, np.array(unit.convolution.kernel)
    reach = [(0, 0), 2 * (row.kernel // 2,), 2 * (row.kernel // 2,), (0, 0)]
    count = np.pad(known, reach)
    count = tf.nn.conv2d(count, np.ones([*kernel.shape[:3], 1]), row.stride, "VALID").numpy()
    x = tf.nn.conv2d(np.pad(x * known, reach), kernel.astype(float), row.stride, "VALID").numpy()
    seen = count > 0
    x *= np.where(seen, kernel[..., 0].size / np.maximum(count, 1), 0)
    if unit.norm is None:
        x = np.where(seen, x + np.array(unit.convolution.bias), 0)
    else:
        gamma, beta, mean, variance = (np.array(v) for v in unit.norm.weights)
        x = gamma * (x - mean) / np.sqrt(variance + 1e-5) + beta
    return x, np.broadcast_to(seen, x.shape).astype(float)


def plain_picture(network, image, known):
    """The network by rows, whose activations are max(x, 0) down, max(x, 0.2 x) up, none at last."""
    x, skips = (image, np.broadcast_to(known, image.shape)), []
    for unit in network.encoder:
        skips.append(x)
        x, known = plain_unit(unit, *x)
        x = np.maximum(x, 0), known
    for unit, skip in zip(network.decoder, reversed(skips)):
        height, width = skip[0].shape[1:3]
        doubled = [each.repeat(2, axis=1).repeat(2, axis=2)[:, :height, :width] for each in x]
        x = tuple(np.concatenate(pair, axis=-1) for pair in zip(doubled, skip))
        x, known = plain_unit(unit, *x)
        x = (x if unit is network.decoder[-1] else np.maximum(x, 0.2 * x)), known
    return x[0]


@pytest.mark.parametrize("height, width", [(37, 50), (9, 31)])
def test_odd_sizes_by_rows_of_the_table(height, width):
    network, (image, mask) = small(), example(2, height, width)
    image, known = 0.5 * image.numpy() + 0.5, 1 - mask.numpy()
    want = plain_picture(network, image.astype(float), known.astype(float))
    np.testing.assert_allclose(network.picture(image, known), want, atol=1e-4)
    assert np.std(want) > 0.01


def test_the_mask_decides_and_the_hole_is_not_looked_at():
    network, (image, mask) = small(), example()
    hidden = tf.where(mask == 1, 0.9, image)
    np.testing.assert_array_equal(network(hidden, mask).last, network(image, mask).last)
    assert np.abs(network(image, 1 - mask).last - network(image, mask).last).max() > 0.01
    completed = network.complete(image, mask)
    np.testing.assert_array_equal(completed, tf.where(mask == 1, network(image, mask).last, image))


def test_second_phase_leaves_the_encoders_statistics():
    network, (image, mask) = small(), example()
    before = {unit.row.name: np.array(unit.norm.moving_mean) for unit in normalized(network)}
    network(image, mask, training=True, freeze_encoder_norm=True)
    for unit in normalized(network):
        moved = np.abs(np.array(unit.norm.moving_mean) - before[unit.row.name]).max()
        assert (moved == 0) == unit.row.name.startswith("encoder")


def normalized(network):
    return [unit for unit in [*network.encoder, *network.decoder] if unit.norm is not None]


def test_pictures_are_clipped_but_in_training():
    network, (image, mask) = small(), example()
    network.decoder[-1].convolution.bias.assign([30.0, -30.0, 0.5])
    picture = network(image, mask).last
    assert (picture[..., 0] == 1).numpy().all() and (picture[..., 1] == -1).numpy().all()
    with tf.GradientTape() as tape:
        picture = network(image, mask, training=True).last
        loss = tf.reduce_mean(tf.abs(picture - image))
    assert (picture[..., 0] > 1).numpy().all() and (picture[..., 1] < -1).numpy().all()
    slope = tape.gradient(loss, network.decoder[-1].convolution.bias).numpy()
    # A sum of 1920 equal numbers in float32.
    np.testing.assert_allclose(slope[:2], [2 / 3, -2 / 3], rtol=1e-4)


def test_every_trained_weight_has_a_gradient():
    network, (image, mask) = small(), example()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(network.picture(image, 1 - mask, training=True) ** 2)
    for gradient in tape.gradient(loss, network.trainable_variables):
        assert np.abs(gradient).max() > 0


def test_bfloat16_gives_float32_pictures():
    image, mask = example()
    seed_weights(0)
    half = PartialConvUNet(3, 4, dtype="mixed_bfloat16")
    full = PartialConvUNet(3, 4)
    full.set_weights(half.get_weights())
    got = half(image, mask).last
    assert got.dtype == tf.float32
    np.testing.assert_allclose(got, full(image, mask).last, atol=0.1)


def test_holes_that_outlive_the_encoder():
    network = PartialConvUNet(3, 4)
    mask = np.zeros([2, 64, 96, 1], np.float32)
    mask[0, 20:40, 30:60] = 1  # closed at the third level
    mask[1, 2:62, 2:94] = 1
    np.testing.assert_array_equal(network.hole_outlives_encoder(mask), [False, True])


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"levels": 2}, "levels must be from 3 to 8, got 2"),
        ({"levels": 9}, "levels must be from 3 to 8, got 9"),
        ({"width": 0}, "width must be from 1 to 512, got 0"),
        ({"synchronized_norm": 1}, "synchronized_norm must be True or False, got 1"),
    ],
)
def test_options_are_checked(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        PartialConvUNet(**options)


def test_what_does_not_fit_is_refused():
    network = PartialConvUNet(5, 2)
    with pytest.raises(ValueError, match="mask must hold only 0 .* and 1 .*, got 0.5"):
        network(tf.zeros([1, 32, 64, 3]), 0.5 * tf.ones([1, 32, 64, 1]))
