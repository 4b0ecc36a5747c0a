"""SN-PatchGAN against the original's recorded scores and vectors."""

import numpy as np
import pytest
import tensorflow as tf

from inpaint_tf.models.patch_critic import SCOPE, SNPatchCritic


@pytest.fixture
def critic(snapshot_v2):
    reader = tf.train.load_checkpoint(str(snapshot_v2))
    made = SNPatchCritic()
    for scope, layer in made.scopes.items():
        layer.kernel.assign(reader.get_tensor(f"{scope}/kernel"))
        layer.bias.assign(reader.get_tensor(f"{scope}/bias"))
        layer.u.assign(reader.get_tensor(f"{scope}/kernel_sn/u"))
    return made


@pytest.mark.parametrize("name", ["64x64_b4", "64x96_b2"])
@pytest.mark.parametrize("graph", [False, True])
def test_scores_and_vectors_equal_the_original(golden, critic, name, graph):
    data = golden(f"v2/sn_patch_gan_{name}")
    unknown = tf.TensorSpec([None, None, None, 4])
    evaluate = tf.function(critic.call, input_signature=[unknown]) if graph else critic
    for run in range(1, 23):
        scores = evaluate(data["x"])
        if run in (1, 2, 22):
            np.testing.assert_allclose(scores, data[f"out_run{run}"], atol=1e-5)
        if run in (1, 2):
            for layer in critic.convolutions:
                np.testing.assert_allclose(layer.u, data[f"u{run}_{layer.name}"], atol=1e-5)
    moved = np.abs(data["out_run22"] - data["out_run1"]).max()
    assert moved > 1e-3, "what the iterations change would not be noticed"


def test_features_are_where_they_belong(golden, critic):
    for name in ("64x96_b2", "64x64_b4"):
        data = golden(f"v2/sn_patch_gan_{name}")
        for layer in critic.convolutions:
            layer.u.assign(data[f"u0_{layer.name}"])
        np.testing.assert_allclose(critic.features(data["x"]), data["last_feature_map"], atol=1e-5)


def test_number_of_weights_is_the_release_s():
    for in_channels, trained in ((4, 5_946_816), (5, 5_948_416)):
        critic = SNPatchCritic(in_channels=in_channels)
        count = sum(int(np.prod(v.shape)) for v in critic.trainable_variables)
        assert count == trained
        assert len(critic.trainable_variables) == 12
        assert len(critic.non_trainable_variables) == 6
    assert set(critic.scopes) == {f"{SCOPE}/conv{number}" for number in range(1, 7)}


def test_every_weight_gets_a_gradient_but_the_vectors():
    critic = SNPatchCritic(width=4)
    view = np.random.default_rng(0).uniform(-1, 1, [2, 72, 136, 4]).astype(np.float32)
    with tf.GradientTape() as tape:
        scores = critic(view)
        loss = tf.reduce_mean(scores**2)
    assert scores.shape == (2, 2 * 3 * 16)
    for variable, gradient in zip(
        critic.trainable_variables, tape.gradient(loss, critic.trainable_variables)
    ):
        assert gradient is not None and np.abs(gradient).max() > 0, variable.name


def test_items_of_a_batch_do_not_see_each_other():
    critic = SNPatchCritic(width=4)
    view = np.random.default_rng(0).uniform(-1, 1, [3, 72, 136, 4]).astype(np.float32)
    start = [np.asarray(layer.u) for layer in critic.convolutions]
    together = critic(view)
    for layer, u in zip(critic.convolutions, start):
        layer.u.assign(u)
    np.testing.assert_allclose(critic(view[1:2])[0], together[1], atol=1e-6)


def test_mixed_precision_scores_are_float32():
    critic = SNPatchCritic(width=4, dtype="mixed_bfloat16")
    assert critic(np.ones([2, 64, 64, 4], np.float32)).dtype == "float32"
