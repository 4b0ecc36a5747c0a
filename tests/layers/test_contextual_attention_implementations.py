"""Both implementations of contextual attention: the goldens, each other, exported, any budget."""

import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.layers import ContextualAttention
from inpaint_tf.ops.spans import Span
from tests.layer_harness import check_layer

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "contextual_attention"
BUDGETS = (2**30, 300_000, 1)


def random(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.npz")))
def test_any_budget_gives_the_original(golden, name):
    data = golden(f"contextual_attention/{name}")
    params = json.loads(str(data["params"]))
    inputs = [data["f"], data["b"], data.get("mask")]
    for memory in BUDGETS:
        layer = ContextualAttention(
            params["ksize"],
            params["rate"],
            params["fuse_k"] if params["fuse"] else 1,
            params["softmax_scale"],
            memory=memory,
        )
        features, offsets = layer(*inputs)
        np.testing.assert_allclose(features, data["y"], atol=1e-5)
        if "offsets" in data:
            sure = data["argmax_margin"] > 1e-4
            np.testing.assert_array_equal(np.asarray(offsets)[sure], data["offsets"][sure])


def test_both_agree_on_real_channels_and_masks_per_item():
    x = 0.1 * tf.nn.relu(random(2, 32, 48, 64))  # logits in the tens, where float32 is exact
    mask = np.zeros([2, 32, 48, 1], np.float32)
    mask[0, 4:20, 10:30] = mask[1, 25:31, 1:9] = 1
    want, wanted_offsets = ContextualAttention(implementation="patches")(x, x, mask)
    for memory in (2**30, 2**22):
        got, offsets = ContextualAttention(memory=memory)(x, x, mask)
        np.testing.assert_allclose(got, want, atol=1e-5)
        np.testing.assert_array_equal(offsets, wanted_offsets)


@pytest.mark.parametrize("kernel_size, propagation_size", [(1, 3), (3, 1), (3, 3), (5, 5), (3, 7)])
def test_both_agree_on_the_smallest_maps(kernel_size, propagation_size):
    options = {"kernel_size": kernel_size, "propagation_size": propagation_size}
    reference = ContextualAttention(implementation="patches", **options)
    for height, width in ((1, 1), (1, 13), (13, 1), (2, 3), (5, 4)):
        x, mask = random(1, 2 * height, 2 * width, 3), np.zeros([1, 2 * height, 2 * width, 1])
        mask[:, -1, 0] = 1
        want, _ = reference(x, x, mask.astype(np.float32))
        for memory in (None, 1):
            got, _ = ContextualAttention(memory=memory, **options)(x, x, mask.astype(np.float32))
            np.testing.assert_allclose(got, want, atol=1e-5, err_msg=f"{height}x{width}, {memory}")


@pytest.mark.parametrize("implementation", ["shifts", "patches"])
def test_gives_only_what_is_needed(implementation):
    x, mask = random(2, 24, 32, 4), np.zeros([2, 24, 32, 1], np.float32)
    mask[:, 8:12, 10:20] = 1
    layer = ContextualAttention(implementation=implementation)
    whole, _ = layer(x, x, mask)
    part, offsets = layer(x, x, mask, needed=(Span(5, 9), Span(9, 12)))
    np.testing.assert_allclose(part, whole[:, 5:14, 9:21], atol=1e-5)
    assert offsets is None


def test_an_exported_layer_takes_any_size(tmp_path):
    layer = ContextualAttention(memory=100_000)
    spec = [tf.TensorSpec([None, None, None, channels]) for channels in (4, 4, 1)]
    module = tf.Module()
    module.run = tf.function(lambda f, b, m: layer(f, b, m), input_signature=spec)
    tf.saved_model.save(module, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    for batch, height, width in ((1, 16, 24), (3, 28, 12), (2, 2, 4)):
        x, mask = random(batch, height, width, 4), np.zeros([batch, height, width, 1], np.float32)
        mask[:, : height // 2, 1] = 1
        want, wanted_offsets = ContextualAttention(implementation="patches")(x, x, mask)
        got, offsets = loaded.run(x, x, mask)
        np.testing.assert_allclose(got, want, atol=1e-5)
        np.testing.assert_array_equal(offsets, wanted_offsets)


def test_patches_are_a_well_behaved_layer():
    """The other implementation, the default, is tested with the layer."""
    x, mask = random(2, 12, 16, 4), np.zeros([2, 12, 16, 1], np.float32)
    mask[:, 2:5, 3:9] = 1
    check_layer(
        lambda **options: ContextualAttention(implementation="patches", **options), x, x, mask
    )


def test_an_unknown_implementation_is_refused():
    with pytest.raises(ValueError, match="shifts, patches, got 'fast'"):
        ContextualAttention(implementation="fast")
