"""Networks with other attentions: built, completed, saved and trained as all networks are."""

import numpy as np
import pytest
import tensorflow as tf
from small_networks import a_hole, a_picture, lively

from inpaint_tf import create_model, load_model
from inpaint_tf.config.load import to_config
from inpaint_tf.errors import InputError
from inpaint_tf.layers.appearance_flow import AppearanceFlow
from inpaint_tf.layers.contextual_attention import ContextualAttention
from inpaint_tf.layers.spatial_transformer import SpatialTransformer
from inpaint_tf.models.attentions import ATTENTIONS, attention_name
from inpaint_tf.ops.image import composite
from inpaint_tf.weights.load import read_weights
from inpaint_tf.weights.safetensors import save_model
from inpaint_tf.weights.variables import named_variables
from inpaint_tf.weights.widen import widen

OTHERS = ["flow", "transformer"]
KINDS = {
    "contextual": ContextualAttention,
    "flow": AppearanceFlow,
    "transformer": SpatialTransformer,
}


@pytest.mark.parametrize("name", ATTENTIONS)
def test_names_choose_the_layer(name):
    attention = create_model("deepfill_v1", width=2, attention=name).attention
    assert attention is None if name == "none" else type(attention) is KINDS[name]


@pytest.mark.parametrize("told, name", [(True, "contextual"), (False, "none")])
def test_true_and_false_are_what_they_were(told, name):
    assert attention_name(told) == name
    by_bool, by_name = (create_model("deepfill_v1", width=2, attention=a) for a in (told, name))
    assert by_bool.options == by_name.options and by_bool.options["attention"] is told
    assert list(named_variables(by_bool)) == list(named_variables(by_name))


@pytest.mark.parametrize("value", ["flwo", 1, None, ["flow"]])
def test_other_values_are_refused(value):
    with pytest.raises(InputError, match="attention must be one of contextual, flow, transformer"):
        create_model("deepfill_v1", width=2, attention=value)


@pytest.mark.parametrize("value", [True, False, *ATTENTIONS])
def test_configurations_take_every_form(value):
    config = to_config({"network": {"options": {"attention": value}}})
    told = config.network.options["attention"]
    assert told == value and type(told) is type(value)
    assert to_config({}).network.options["attention"] is True


@pytest.mark.parametrize("value", ["flwo", 1, None])
def test_configurations_refuse_others(value):
    with pytest.raises(InputError, match=r"config.network.options.attention is .*'transformer'"):
        to_config({"network": {"options": {"attention": value}}})


@pytest.mark.parametrize("attention", OTHERS)
def test_short_form_gives_the_completed_picture(attention):
    model = lively(attention=attention)
    image, mask = a_picture(2, 64, 72), a_hole(2, 64, 72)
    mask[1] = np.roll(mask[1], 9, axis=1)
    want = model(image, mask)
    completed, offsets = model.complete(image, mask, with_offsets=True)
    np.testing.assert_allclose(completed, composite(want.refined, image, mask), atol=1e-5)
    assert offsets.shape == (2, 8, 9, 2) and offsets.dtype == tf.int32
    other = lively(attention="none")(image, mask).refined
    assert np.abs(np.asarray(want.refined) - other).max() > 1e-3


@pytest.mark.parametrize("attention", OTHERS)
def test_survives_saving(attention, tmp_path):
    model = lively(attention=attention, padding="same")
    image, mask = a_picture(1, 64, 72), a_hole(1, 64, 72)
    want = model(image, mask)
    save_model(tmp_path / "a.safetensors", model)
    again = load_model(tmp_path / "a.safetensors")
    assert again.options["attention"] == attention
    assert any(name.split("/")[1] in model.attention.scopes for name in named_variables(model))
    np.testing.assert_array_equal(again(image, mask).refined, want.refined)
    np.testing.assert_array_equal(again(image, mask).offsets, want.offsets)


@pytest.mark.parametrize("attention", OTHERS)
def test_every_weight_learns_at_sizes_not_known_before(attention):
    model = lively(attention=attention)
    anything = [tf.TensorSpec([None, None, None, channels]) for channels in (3, 1)]

    @tf.function(input_signature=anything, autograph=False)
    def gradients(image, mask):
        with tf.GradientTape() as tape:
            output = model(image, mask, training=True)
            loss = sum(tf.reduce_mean(tf.square(stage)) for stage in output.stages)
        return tape.gradient(loss, model.trainable_variables)

    for found in gradients(a_picture(2, 64, 72), a_hole(2, 64, 72)):
        assert found is not None and np.abs(np.asarray(found)).max() > 0


@pytest.mark.parametrize("attention", OTHERS)
def test_a_wider_network_goes_on_where_the_narrow_one_was(attention, tmp_path):
    model = lively(attention=attention)
    save_model(tmp_path / "a.safetensors", model)
    wide = widen(read_weights(tmp_path / "a.safetensors"), 6)
    again = create_model(wide.model, **wide.options)
    for name, variable in named_variables(again).items():
        variable.assign(wide.arrays[name])
    image, mask = a_picture(1, 64, 72), a_hole(1, 64, 72)
    # Nothing old listens to new channels, so only sums have another order.
    np.testing.assert_allclose(again(image, mask).refined, model(image, mask).refined, atol=1e-4)


@pytest.mark.parametrize("attention", OTHERS)
def test_half_precision_is_near(attention):
    model = lively(attention=attention)
    half = create_model("deepfill_v1", **model.options, dtype="float16")
    for name, variable in named_variables(half).items():
        variable.assign(np.asarray(named_variables(model)[name]))
    image, mask = a_picture(1, 64, 72), a_hole(1, 64, 72)
    want, got = (np.asarray(each(image, mask).refined) for each in (model, half))
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, want, atol=0.05)
