"""The generators against the originals' recorded outputs."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.ops.image import composite
from inpaint_tf.visualization.flow_color import flow_color

RECORDED = {
    ("deepfill_v1", "same"): ["64x64_b1", "64x64_b2", "64x96_b1", "64x96_b2"],
    ("deepfill_v1", "symmetric"): ["64x64_b1", "64x64_b2", "64x96_b1", "64x96_b2"],
    ("deepfill_v2", "same"): ["64x64_b1", "64x96_b2"],
    ("deepfill_v2", "symmetric"): ["64x64_b1"],
}
FOLDERS = {"deepfill_v1": "v1_generator/", "deepfill_v2": "v2/generator_"}
CASES = [(*kind, size) for kind, sizes in RECORDED.items() for size in sizes]


@pytest.fixture
def recorded(golden):
    """A function of (name, padding, size) that gives the arrays of that case."""
    return lambda name, padding, size: golden(f"{FOLDERS[name]}{padding}_{size}")


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


@pytest.mark.parametrize("name, padding, size", CASES)
def test_equals_the_original(recorded, golden_model, name, padding, size):
    data = recorded(name, padding, size)
    check(data, golden_model(padding, name)(*inputs_of(data)))


# Of the four, two are enough on both stacks to have both networks and both paddings.
@pytest.mark.parametrize(
    "name, padding",
    [
        ("deepfill_v1", "same"),
        pytest.param("deepfill_v1", "symmetric", marks=pytest.mark.slow),
        pytest.param("deepfill_v2", "same", marks=pytest.mark.slow),
        pytest.param("deepfill_v2", "symmetric", marks=[pytest.mark.slow, pytest.mark.stacks]),
    ],
)
def test_equals_the_original_where_no_size_is_known(recorded, golden_model, name, padding):
    unknown = [tf.TensorSpec([None, None, None, 3]), tf.TensorSpec([None, None, None, 1])]
    model = golden_model(padding, name)
    whole = tf.function(model, input_signature=unknown, autograph=False)
    short = tf.function(model.complete, input_signature=unknown, autograph=False)
    for size in RECORDED[name, padding][::3] or RECORDED[name, padding]:
        data = recorded(name, padding, size)
        image, mask = inputs_of(data)
        check(data, whole(image, mask))
        want = composite(flip(data["x_stage2"]), image, mask)
        np.testing.assert_allclose(short(image, mask), want, atol=1e-4)


@pytest.mark.parametrize("padding", ["same", "symmetric"])
def test_offset_colors_equal_the_original(recorded, golden_model, padding):
    for size in ("64x64_b1", "64x64_b2", "64x96_b1"):
        data = recorded("deepfill_v1", padding, size)
        offsets = golden_model(padding)(*inputs_of(data)).offsets
        colors = flow_color(offsets, running_radius=True).numpy()
        want = np.rint((data["offset_flow"][:, ::2, ::2] + 1) * 127.5)
        same = (offsets.numpy() == data["offsets"]).all(axis=-1)
        np.testing.assert_array_equal(colors[same], want[same])


@pytest.mark.parametrize("name, padding, size", [case for case in CASES if "v2" in case[0]])
def test_offset_colors_of_v2_equal_the_original(recorded, name, padding, size):
    """It enlarges the colours bilinearly; which offsets there are is compared elsewhere."""
    data = recorded(name, padding, size)
    colors = flow_color(tf.constant(data["offsets"]), running_radius=True).numpy() / 127.5 - 1
    enlarged = doubled_bilinearly(doubled_bilinearly(colors, 1), 2)
    np.testing.assert_allclose(enlarged, data["offset_flow"], atol=2e-6)


def doubled_bilinearly(x, axis):
    """Twice as many places along an axis, the first and the last where they were."""
    count = x.shape[axis]
    place = np.arange(2 * count) * (count - 1) / (2 * count - 1)
    low = np.floor(place).astype(int)
    share = (place - low).reshape([-1 if each == axis else 1 for each in range(x.ndim)])
    high = np.minimum(low + 1, count - 1)
    return np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share


@pytest.mark.parametrize("padding", ["same", "symmetric"])
def test_features_on_the_way_equal_the_original(recorded, golden_model, padding):
    data = recorded("deepfill_v1", padding, "64x64_b1")
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
